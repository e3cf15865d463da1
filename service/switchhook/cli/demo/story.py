"""The scenes of the demo: what is made to happen, what should come of it at the platform, and how it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from switchhook.cli.demo.service import Service
from switchhook.simulator.platform import Platform

_PATIENCE = 15.0
_STRANGER = "+16505550123"

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens. `start` makes it happen and returns what `outcome` needs to find it again.

    `outcome` says what came of it at the platform ("" while it has not happened yet).
    """

    title: str
    start: Callable[[Platform], Awaitable[State]]
    outcome: Callable[[State, State], str]
    handlers: tuple[str, ...]


@dataclass(slots=True)
class Told:
    """How a scene went."""

    title: str
    outcome: str = ""
    notifications: int = 0
    decisions: list[dict[str, Any]] = field(default_factory=list)
    silent: tuple[str, ...] = ()

    @property
    def happened(self) -> bool:
        """Whether the platform shows it, and every handler of the scene took part."""
        return bool(self.outcome) and not self.silent

    @property
    def reactions(self) -> list[float]:
        """Milliseconds from notification received to the first call sent, of every handler that sent one."""
        return [round(each["reaction"] * 1000, 1) for each in self.decisions if each["reaction"] is not None]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "title": self.title,
            "happened": self.happened,
            "outcome": self.outcome,
            "notifications": self.notifications,
            "reactions_ms": self.reactions,
            "decisions": self.decisions,
        }


async def tell(scene: Scene, platform: Platform, service: Service, say: Callable[..., None]) -> Told:
    """Play a scene and tell it, line by line."""
    told = Told(scene.title)
    say(f"\n{scene.title}")
    began = time.time()
    delivered = _acknowledged(platform)
    started = await scene.start(platform)
    try:
        async with asyncio.timeout(_PATIENCE):
            while not told.happened:
                await asyncio.sleep(0.02)
                told.outcome = scene.outcome(platform.state(), started)
                runs = await service.fetch("runs", since=began)
                told.decisions = [each for each in runs if each["outcome"] != "skipped"]
                acted = {each["handler"] for each in told.decisions}
                told.silent = tuple(name for name in scene.handlers if name not in acted)
    except TimeoutError:
        pass
    told.notifications = _acknowledged(platform) - delivered
    _print(told, say)
    return told


def _print(told: Told, say: Callable[..., None]) -> None:
    count = f"{told.notifications} notification" + ("s" if told.notifications != 1 else "")
    say(f"  {'ingress':13} {count} came in, answered 200 once on disk")
    for run in told.decisions:
        calls = ", ".join(each["operation"] for each in run["effects"]) or "nothing sent"
        quick = f", {run['reaction'] * 1000:.1f} ms after the notification" if run["reaction"] is not None else ""
        reason = f": {run['reason']}" if run["reason"] else ""
        say(f"  {run['handler']:13} {run['event']} → {calls} ({run['outcome']}{reason}{quick})")
    for name in told.silent:
        say(f"  {name:13} did not act within {_PATIENCE:.0f} s")
    say(f"  {'platform':13} {told.outcome or 'nothing changed: this is a failure'}")


def _acknowledged(platform: Platform) -> int:
    return sum(each["status"] == 200 for each in platform.state()["deliveries"])


def _parties(state: State, started: State) -> list[State]:
    everything = {**state["sessions_over"], **state["sessions"]}
    parties: list[State] = everything[started["telephonySessionId"]]["parties"]
    return parties


def _forwarded(state: State, started: State) -> str:
    ringing = [party["to"].get("name") for party in _parties(state, started) if party["status"]["code"] == "Proceeding"]
    left = any(party["status"].get("reason") == "BlindTransfer" for party in _parties(state, started))
    return f"Ann's telephone is silent, {ringing[-1]}'s (103) rings" if left and ringing else ""


def _recorded(state: State, started: State) -> str:
    for party in _parties(state, started):
        active = [each for each in party.get("recordings", []) if each["active"]]
        if party["status"]["code"] == "Answered" and active:
            device = party["to"].get("deviceId", "?")
            return f"Bob's call is answered on device {device} and recording {active[0]['id']} runs"
    return ""


def _posted(words: str) -> Callable[[State, State], str]:
    def outcome(state: State, _started: State) -> str:
        for chat in state["chats"].values():
            for post in chat["posts"]:
                if words in (post["text"] or ""):
                    return f"the chat {chat['name']!r} shows: {post['text']}"
        return ""

    return outcome


async def _missed(platform: Platform) -> State:
    call = await platform.ring(to="103", from_=_STRANGER, name="Nora Newcomer")
    return await platform.hang_up(call["telephonySessionId"])


SCENES = (
    Scene(
        "Joe Caller (+16505550100) rings Ann (101), whose calls from him go to Cid (103)",
        lambda platform: platform.ring(to="101", from_="+16505550100", name="Joe Caller"),
        _forwarded,
        ("forward",),
    ),
    Scene(
        "Nora Newcomer rings Bob (102), whose calls are answered for him and recorded",
        lambda platform: platform.ring(to="102", from_=_STRANGER, name="Nora Newcomer"),
        _recorded,
        ("answer", "record"),
    ),
    Scene(
        "A text comes in for Ann",
        lambda platform: platform.text(to="101", from_=_STRANGER, text="Are you open on Saturday?"),
        _posted("Are you open on Saturday?"),
        ("post_to_chat",),
    ),
    Scene(
        "Nora rings Cid (103) and gives up before anybody answers", _missed, _posted("Missed call"), ("post_to_chat",)
    ),
)
