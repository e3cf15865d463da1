"""What tests of calls share: addresses of parties, and the steps that a webhook was told."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver

Step = tuple[int, str, str, str]
"""Sequence, number of the party, direction, status code."""


def told(receiver: Receiver, call: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The bodies of telephony notifications (of one call), by sequence; each has one party, under `party`."""
    bodies = [each["body"] for each in receiver.notifications if each["event"].endswith("/telephony/sessions")]
    wanted = [each for each in bodies if call is None or each["telephonySessionId"] == call["telephonySessionId"]]
    for each in wanted:
        (each["party"],) = each["parties"]
    return sorted(wanted, key=lambda each: each["sequence"])


def steps(receiver: Receiver, call: dict[str, Any] | None = None) -> list[Step]:
    """What was told, in short."""
    return [
        (each["sequence"], number(each["party"]), each["party"]["direction"], each["party"]["status"]["code"])
        for each in told(receiver, call)
    ]


def number(party: dict[str, Any]) -> str:
    """The last part of a party's id."""
    return str(party["id"]).rpartition("-")[2]


def path(call: dict[str, Any], party: dict[str, Any] | None = None, verb: str = "") -> str:
    """Of a session, a party, or one of its commands."""
    base = f"/telephony/sessions/{call['telephonySessionId']}"
    if party is not None:
        base += f"/parties/{party['id']}"
    return f"{base}/{verb}" if verb else base


def device(platform: Platform, extension: str, at: int = 0) -> str:
    """The id of a phone of an extension."""
    return platform.world.account.extension(extension).devices[at].id


async def answered(client: Client, to: str = "101") -> tuple[dict[str, Any], dict[str, Any]]:
    """A call that was answered, and the party of who answered."""
    call = await client.platform.ring(to)
    call = await client.platform.answer(call["telephonySessionId"])
    return call, next(each for each in reversed(call["parties"]) if each["status"]["code"] == "Answered")
