"""`switchhook api`: call any operation of the API from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from switchhook.api import catalogue, pages
from switchhook.api.catalogue import Operation, Parameter
from switchhook.cli.output import print_json, print_table

_KNOWN_BY = ("phoneNumber", "extensionNumber", "name")


class _Operations(click.Group):
    """One subcommand per operation, made when it is asked for, so that help and completion know them all."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(catalogue.operations())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        try:
            return _command(catalogue.operation(cmd_name))
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, int] = {}
        for operation in catalogue.operations().values():
            groups[operation.group] = groups.get(operation.group, 0) + 1
        with formatter.section("Groups (`switchhook api --list --group NAME` shows the operations)"):
            formatter.write_dl([(name, f"{count} operations") for name, count in groups.items()])


def _complete_group(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in sorted(_groups()) if name.lower().startswith(incomplete.lower())]


@click.group(cls=_Operations, invoke_without_command=True, subcommand_metavar="OPERATION key=value …")
@click.option("--list", "listing", is_flag=True, help="List the operations.")
@click.option("--group", default="", help="List those of one group.", shell_complete=_complete_group)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_context
def api(context: click.Context, listing: bool, group: str, as_json: bool) -> None:
    """Call an operation of the RingCentral API: `switchhook api OPERATION key=value …`.

    `switchhook api OPERATION --help` shows what it takes.
    """
    if context.invoked_subcommand is not None:
        return
    if not (listing or group):
        click.echo(context.get_help())
        return
    if group and group not in _groups():
        raise click.UsageError(f"no group is called {group!r}; there are {', '.join(sorted(_groups()))}")
    found = [item for item in catalogue.operations().values() if group in {"", item.group}]
    if as_json:
        print_json([{"id": o.id, "group": o.group, "method": o.method, "path": o.path} for o in found])
    else:
        rows = [(o.id, o.group, o.method, o.path, _remark(o)) for o in found]
        print_table(["operation", "group", "method", "path", ""], rows, nothing="none")


def _groups() -> set[str]:
    return {operation.group for operation in catalogue.operations().values()}


def _remark(operation: Operation) -> str:
    return "" if operation.status in {"present", "renamed"} and not operation.deprecated else operation.status


def _command(operation: Operation) -> click.Command:
    """The subcommand of one operation."""

    def run(
        *,
        parameters: tuple[str, ...], body: str | None, out: Path | None, all_pages: bool, identity: str,
        settings: Path | None, as_json: bool,
    ) -> None:  # fmt: skip
        from switchhook.cli.api_call import call

        values = read_parameters(operation, parameters, body)
        if operation.deprecated:
            click.echo(f"{operation.id} is {_fate(operation)}", err=True)
        answer = call(operation, values, out=out, all_pages=all_pages, identity=identity, settings=settings)
        _show(answer, as_json=as_json)

    options: list[click.Parameter] = [
        click.Argument(["parameters"], nargs=-1, metavar="key=value …", shell_complete=_completer(operation)),
        click.Option(["--body"], metavar="FILE", help="JSON body: a file, or - for standard input."),
        click.Option(["--out"], type=click.Path(path_type=Path, dir_okay=False), help="Write the content to a file."),
        click.Option(["--all-pages"], is_flag=True, help="Follow the pages of a list to its end."),
        click.Option(["--identity"], default="", help="Act as this identity; the first by default."),
        click.Option(["--settings"], type=click.Path(path_type=Path, dir_okay=False), help="The settings file."),
        click.Option(["--json", "as_json"], is_flag=True, help="JSON for programs."),
    ]
    return click.Command(operation.id, params=options, callback=run, help=_help(operation))


def read_parameters(operation: Operation, given: tuple[str, ...], body: str | None) -> dict[str, Any]:
    """`key=value` words and the body file as parameters. Raises click.UsageError."""
    values: dict[str, Any] = {}
    for word in given:
        name, separator, text = word.partition("=")
        if not separator:
            raise click.UsageError(f"{word!r} is not key=value")
        known = operation.accepts.get(name)
        value = _value(known, text)
        if name in values and known is not None and known.repeated:
            earlier = values[name]
            values[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        elif name in values:
            raise click.UsageError(f"{name} is given twice")
        else:
            values[name] = value
    if body is not None:
        values["body"] = _json(sys.stdin.buffer.read() if body == "-" else _read(body), body)
    return values


def _value(parameter: Parameter | None, text: str) -> Any:
    if parameter is None or parameter.place not in {"body", "file"}:
        return text
    if parameter.place == "file":
        return Path(text)
    return text if parameter.type == "string" else _json(text.encode(), "body=")


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(f"cannot read {path}: {error.strerror}") from None


def _json(content: bytes, place: str) -> Any:
    try:
        return json.loads(content)  # the standard library's reads integers of any size
    except ValueError as error:
        raise click.UsageError(f"{place} is not JSON: {error}") from None


def _show(answer: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    listed = pages.records(answer)
    if pages.is_list(answer) and all(isinstance(item, Mapping) for item in listed):
        listed = [_part(item) for item in listed]
        columns = _columns(listed)
        print_table(columns, [[_cell(item.get(column)) for column in columns] for item in listed], nothing="none")
    elif isinstance(answer, str):
        click.echo(answer)
    elif answer is not None:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def _part(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """One of several that were asked for at once: its status, and what it is or why not."""
    if item.keys() == {"resourceId", "status", "body"} and isinstance(item["body"], Mapping):
        return {"resourceId": item["resourceId"], "status": item["status"], **item["body"]}
    return item


def _columns(listed: list[Any]) -> list[str]:
    """The fields of a list that fit into a cell, in the order in which they are met; addresses are for programs."""
    found: dict[str, None] = {}
    for item in listed:
        found |= {key: None for key, value in item.items() if _cell(value)}
    return [name for name in found if not name.lower().endswith("uri")][:8]


def _cell(value: Any) -> str:
    """A plain value as it is; of a person or a thing what people know it by."""
    if isinstance(value, Mapping):
        return next((str(value[name]) for name in _KNOWN_BY if value.get(name)), "")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_cell, value))) if all(isinstance(item, Mapping) for item in value) else ""
    return "" if value is None else str(value)


def _fate(operation: Operation) -> str:
    if operation.successors:
        return "superseded by " + ", ".join(f"{method} {path}" for method, path in operation.successors)
    return "no longer documented by the platform" if operation.status == "removed" else "deprecated"


def _help(operation: Operation) -> str:
    """What an operation is and takes, for people."""
    method, path = operation.today or (operation.method, operation.path)
    needs = [right for right in (operation.app_permission, operation.user_permission) if right]
    unfolded = "\b"  # click's mark for a paragraph whose lines stay as they are
    lines = [operation.name, "", unfolded, f"{method} {path}", f"rate group {operation.rate_group}"]
    if needs:
        lines.append(f"needs {', '.join(needs)}")
    if operation.deprecated:
        lines.append(_fate(operation))
    lines += ["", unfolded, "Parameters:", *(f"  {_parameter_help(item)}" for item in operation.parameters)]
    return "\n".join(lines)


def _parameter_help(parameter: Parameter) -> str:
    kinds = {"body": "JSON", "file": "path of a file"}
    kind = "moment (ISO 8601)" if parameter.format == "date-time" else parameter.type
    words = [kinds.get(parameter.place, kind)]
    if parameter.values:
        words = ["one of " + ", ".join(map(str, parameter.values))]
    if parameter.required and parameter.default is None:
        words.append("required")
    if parameter.default is not None:
        words.append(f"default {parameter.default}")
    if parameter.repeated:
        words.append("may be given several times")
    return f"{parameter.name:<20} {'; '.join(words)}"


def _completer(operation: Operation) -> Any:
    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        name, separator, text = incomplete.partition("=")
        if not separator:
            names = [parameter.name for parameter in operation.parameters if parameter.name.startswith(name)]
            return [CompletionItem(f"{found}=") for found in names]
        known = operation.accepts.get(name)
        values = [] if known is None else known.values or (("true", "false") if known.type == "boolean" else ())
        return [CompletionItem(f"{name}={value}") for value in values if str(value).startswith(text)]

    return complete
