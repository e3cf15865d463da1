"""Whether a command line that a page or a manifest shows is one that there is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from switchhook.cli import switchhook


def exists(words: Sequence[str]) -> None:
    """Assert that the words after `switchhook` are a verb with arguments and options that it has."""
    command: click.Command = switchhook
    context, words = click.Context(command), list(words)
    while words and isinstance(command, click.Group) and (found := command.get_command(context, words[0])):
        command, words = found, words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    for word in words:
        assert not word.startswith("--") or word.partition("=")[0] in known, (command.name, word)
    takes = sum(isinstance(parameter, click.Argument) for parameter in command.params)
    assert takes or not words or words[0].startswith("-"), (command.name, words)
