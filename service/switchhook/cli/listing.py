"""How a group of verbs lists them."""

from __future__ import annotations

import click


class Verbs(click.Group):
    """A group that lists its verbs with the whole first sentence of each, over several lines if need be."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click's own, which cuts the sentences after 45 letters."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, verb.get_short_help_str(limit=1_000)) for name, verb in found if verb and not verb.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
