"""`switchhook settings schema`."""

from __future__ import annotations

import click

from switchhook.cli.listing import Verbs
from switchhook.cli.output import print_json
from switchhook.settings import json_schema


@click.group(cls=Verbs)
def settings() -> None:
    """The settings file."""


@settings.command()
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    print_json(json_schema())
