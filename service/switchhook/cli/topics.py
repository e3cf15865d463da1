"""`switchhook topics`: make Kafka's topics as they have to be, and check them."""

from __future__ import annotations

import click

from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json
from switchhook.settings import AppSettings


@click.group(cls=Verbs)
def topics() -> None:
    """Kafka's topics: made with the right settings, and checked."""


@topics.command()
@settings_option
@json_option
@click.pass_context
def create(ctx: click.Context, settings: AppSettings, as_json: bool) -> None:
    """Make the topics that are missing, and let existing ones take messages as large as ingress.body_limit."""
    from switchhook.log.kafka.topics import create as make

    _wants_kafka(settings)
    done = run_async(make(settings.log, settings.ingress.body_limit))
    if not as_json:
        click.echo("\n".join(done) or "nothing to do: every topic is there")
    _check(ctx, settings, as_json, done=done)


@topics.command()
@settings_option
@json_option
@click.pass_context
def check(ctx: click.Context, settings: AppSettings, as_json: bool) -> None:
    """Say what is wrong with the topics; exit code 1 if anything is."""
    _wants_kafka(settings)
    _check(ctx, settings, as_json)


def _check(ctx: click.Context, settings: AppSettings, as_json: bool, done: list[str] | None = None) -> None:
    from switchhook.log.kafka.topics import check as examine

    problems = run_async(examine(settings.log, settings.ingress.body_limit))
    if as_json:
        print_json({"problems": problems} | ({} if done is None else {"done": done}))
    elif problems:
        click.echo("\n".join(problems), err=True)
    elif done is None:
        click.echo("every topic is as it should be")
    if problems:
        ctx.exit(NO)


def _wants_kafka(settings: AppSettings) -> None:
    if settings.log.kind != "kafka":
        raise click.UsageError('log.kind is "sqlite": the embedded log has no topics')
