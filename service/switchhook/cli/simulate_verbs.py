"""`switchhook simulate VERB`: drive a simulated platform that runs elsewhere, by the verbs it has."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
import click
import orjson

from switchhook.cli.ends import AWAY, NO
from switchhook.cli.options import run_async
from switchhook.cli.output import print_json, print_table
from switchhook.simulator.platform import Platform
from switchhook.simulator.wire.steering import arguments, reads, verbs

_TYPES: Mapping[str, click.ParamType[Any]] = {
    "int": click.INT,
    "int | None": click.INT,
    "float": click.FLOAT,
    "bool": click.BOOL,
}
_HIDDEN = ("delivered",)
_JSON: Mapping[str, tuple[str, ...]] = {"knob": ("value",), "notify": ("body",)}
"""Arguments that are typed as JSON, by verb."""
LATEST = "telephonySessionId"


def commands() -> list[click.Command]:
    """One command for each verb, with its arguments as options."""
    return [_command(name, method) for name, method in verbs(Platform).items() if name not in _HIDDEN]


def _command(name: str, method: Any) -> click.Command:
    said = inspect.getdoc(method) or ""
    options: list[click.Parameter] = [
        click.Option(
            ["--url", "url"],
            envvar="SWITCHHOOK_SIMULATOR",
            required=True,
            help="Where it runs; or SWITCHHOOK_SIMULATOR.",
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="JSON for programs."),
    ]
    spelt = {}
    for json_name, parameter in arguments(method).items():
        option = "--" + re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", json_name)
        latest = json_name == LATEST
        required = parameter.default is parameter.empty and not latest
        several = "tuple" in parameter.annotation
        options.append(
            click.Option(
                [option, parameter.name],
                type=_TYPES.get(parameter.annotation, click.STRING),
                required=required,
                multiple=several,
                default=None if required or several or latest else parameter.default,
                show_default="the latest call" if latest else not required and parameter.default not in (None, ()),
            )
        )
        spelt[parameter.name] = json_name

    def run(url: str, as_json: bool, **given: Any) -> None:
        fields = {spelt[key]: _value(value) for key, value in given.items() if value not in (None, ())}
        if LATEST in spelt.values() and LATEST not in fields:
            fields[LATEST] = _latest(run_async(_ask(url, "state", {})))
        _tell(run_async(_ask(url, name, fields)), as_json=as_json)

    return click.Command(name, params=options, callback=run, help=said)


def _latest(state: Mapping[str, Any]) -> str:
    """The call that began last of those that go on."""
    if not state["sessions"]:
        raise click.UsageError("no call goes on; begin one with: switchhook simulate ring")
    return str(list(state["sessions"])[-1])


def _value(value: Any) -> Any:
    """What was typed, as JSON has it: a knob may be a number or a truth."""
    return list(value) if isinstance(value, tuple) else value


async def _ask(url: str, name: str, fields: dict[str, Any]) -> Any:
    for field in _JSON.get(name, ()):
        if isinstance(fields.get(field), str):
            with suppress(orjson.JSONDecodeError):  # a word; if it is no word that may be, the simulator says so
                fields[field] = orjson.loads(fields[field])
    method = "GET" if reads(name) else "POST"
    body = None if reads(name) else orjson.dumps(fields)
    address = f"{url.rstrip('/')}/simulator/{name}"
    try:
        async with aiohttp.ClientSession() as http, http.request(method, address, data=body) as response:
            answer = orjson.loads(await response.read())
    except (aiohttp.ClientError, orjson.JSONDecodeError, ValueError):
        click.echo(
            f"switchhook: no simulator answers at {url}; start one with: switchhook simulate --port 8888", err=True
        )
        raise click.exceptions.Exit(AWAY) from None
    if response.status >= 400:
        click.echo(f"switchhook: {answer.get('message', answer)}", err=True)
        raise click.exceptions.Exit(NO)
    return answer


def _tell(answer: Any, *, as_json: bool) -> None:
    """What it caused: calls by their legs, messages and posts in a line each, tables of what there is."""
    if as_json:
        print_json(answer)
    elif isinstance(answer, dict) and "now" in answer and "extensions" in answer:
        _tell_state(answer)
    else:
        _tell_one(answer)


def _tell_one(answer: Any) -> None:
    if isinstance(answer, str):
        click.echo(f"call {answer}")
    elif isinstance(answer, list):
        print_table(list(answer[0]) if answer else [], (each.values() for each in answer), nothing="none is on")
    elif "parties" in answer:
        place = f", parked at {answer['location']}" if "location" in answer else ""
        click.echo(f"call {answer['telephonySessionId']}{place}")
        print_table(["party", "direction", "from", "to", "status"], map(_leg, answer["parties"]), nothing="no parties")
    elif "messageStatus" in answer:
        ends = [_who(answer["from"]), ", ".join(map(_who, answer["to"]))]
        text = answer.get("subject") or ", ".join(each["type"] for each in answer["attachments"])
        click.echo(f"{answer['type']} {answer['id']} from {ends[0]} to {ends[1]}: {text}")
    elif "groupId" in answer:
        click.echo(f"post {answer['id']} in chat {answer['groupId']}: {answer['text']}")
    elif any(isinstance(answer.get(kind), list) for kind in ("calls", "messages", "posts")):
        for kind in ("calls", "messages", "posts"):
            for each in answer.get(kind, ()):
                _tell_one(each)
    else:
        rows = [[name, _word(value)] for name, value in answer.items() if not isinstance(value, list)]
        print_table(["name", "value"], rows, nothing="done")


def _tell_state(state: Mapping[str, Any]) -> None:
    """In short: what goes on now, and how much there is of everything else."""
    for call in state["sessions"].values():
        _tell_one({**call, "telephonySessionId": call["id"]})
    counts = {
        "calls that go on": len(state["sessions"]),
        "calls that are over": len(state["sessions_over"]),
        "messages": sum(map(len, state["messages"].values())),
        "posts": sum(len(each["posts"]) for each in state["chats"].values()),
        "subscriptions": len(state["subscriptions"]),
        "deliveries": len(state["deliveries"]),
        "requests": len(state["api_calls"]),
        "faults": ", ".join(each["name"] for each in state["faults"]) or "none",
        "seed": state["seed"],
        "now": state["now"],
    }
    print_table(["there is", ""], ([name, str(value)] for name, value in counts.items()), nothing="")
    click.echo("Everything, as JSON: --json")


def _word(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _who(person: Mapping[str, Any]) -> str:
    return str(person.get("name") or person.get("phoneNumber") or person.get("extensionNumber") or "somebody")


def _leg(party: Mapping[str, Any]) -> list[str]:
    status = party["status"]
    ends = [f"{each['phoneNumber']} {each.get('name', '')}".strip() for each in (party["from"], party["to"])]
    reason = f" ({status['reason']})" if "reason" in status else ""
    return [party["id"].rpartition("-")[2], party["direction"], *ends, status["code"] + reason]
