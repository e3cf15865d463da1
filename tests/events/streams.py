"""Telephony streams as the platform sends them: one notification for each change of one party."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from switchhook.errors import NotFound
from switchhook.events.calls import Call, Folded, adopt, fold, review
from switchhook.events.interpret import Fact, Interpreted, PartyPart, Source, interpret
from switchhook.events.types import CallEvent, Event, PartyChanged
from switchhook.notification import envelope

ACCOUNT = "809646016"
START = datetime(2026, 6, 23, 1, 5, 43, tzinfo=UTC)
CALLER = {"phoneNumber": "+14083388064", "name": "Joe Caller"}
MAIN = {"phoneNumber": "+18003151571"}
OUTSIDE = {"phoneNumber": "+16579991394"}
PEOPLE = {"101": "62000101", "102": "62000102", "103": "62000103", "ivr": "62000100", "queue": "62000900"}


People = tuple[dict[str, str], dict[str, str]]


def person(who: str, number: str | None = None) -> dict[str, str]:
    """Somebody with an extension, as `from` or `to` shows them."""
    return {"phoneNumber": number or who, "name": f"Person {who}", "extensionId": PEOPLE[who]}


@dataclass
class Stream:
    """The notifications of one session, in order."""

    session: str = "s-718107795d564867a6f635fd81e89940"
    log_session: str = "429180487016"
    origin: str = "Call"
    sent: list[bytes] = field(default_factory=list)
    sequence: int = 1
    now: datetime = START

    def party_id(self, number: int) -> str:
        return f"p-{self.session.removeprefix('s-')}-{number}"

    def tell(
        self,
        number: int,
        code: str,
        *,
        who: str | None,
        direction: str,
        frm: dict[str, str],
        to: dict[str, str],
        reason: str | None = None,
        later: float = 0.02,
        sequence: int | None = None,
        status: dict[str, Any] | None = None,
        **more: Any,
    ) -> bytes:
        """One change of one party; `who` is the extension it belongs to (None: outside the account)."""
        self.sequence = sequence if sequence is not None else self.sequence + 1
        self.now += timedelta(seconds=later)
        path = f"/restapi/v1.0/account/{ACCOUNT}"
        party: dict[str, Any] = {"accountId": ACCOUNT, "id": self.party_id(number), "direction": direction}
        if who is not None:
            party["extensionId"] = PEOPLE[who]
            path += f"/extension/{PEOPLE[who]}"
        party |= {"from": frm, "to": to, "status": {"code": code, "rcc": False, **(status or {})}, "park": {}}
        if reason is not None:
            party["status"]["reason"] = reason
        party |= {"missedCall": False, "standAlone": False, "muted": False, **more}
        raw = json.dumps(
            {
                "uuid": str(4654793329359724000 + len(self.sent)),
                "event": f"{path}/telephony/sessions",
                "timestamp": (self.now + timedelta(milliseconds=60)).isoformat().replace("+00:00", "Z"),
                "subscriptionId": "2461434a-276a-4073-bd26-34089effbad5",
                "ownerId": PEOPLE["101"],
                "body": {
                    "sequence": self.sequence,
                    "sessionId": self.log_session,
                    "telephonySessionId": self.session,
                    "serverId": "10.13.22.27.TAM",
                    "eventTime": self.now.isoformat().replace("+00:00", "Z"),
                    "parties": [party],
                    "origin": {"type": self.origin},
                },
            }
        ).encode()
        self.sent.append(raw)
        return raw


def leg(stream: Stream, number: int, who: str | None, direction: str, people: People) -> Any:
    """A way to tell changes of one party without repeating who it is; `people` are caller and callee."""
    frm, to = people

    def tell(code: str, reason: str | None = None, **more: Any) -> bytes:
        return stream.tell(number, code, who=who, direction=direction, frm=frm, to=to, reason=reason, **more)

    return tell


def outside_calls_in() -> list[bytes]:
    """PSTN, IVR, user, hold, hang-up (published real stream, 2 to 12)."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    menu = leg(stream, 2, "ivr", "Inbound", (CALLER, person("ivr", MAIN["phoneNumber"])))
    user = leg(stream, 3, "101", "Inbound", (CALLER, person("101", MAIN["phoneNumber"])))
    caller("Setup"), menu("Setup"), caller("Answered")
    menu("Disconnected", later=8.0), user("Setup", later=0.0), user("Proceeding")
    user("Answered", later=8.0), user("Hold", later=4.0), user("Answered", later=3.0)
    user("Disconnected", later=8.0), caller("Disconnected", later=0.004)
    return stream.sent


def calls_out() -> list[bytes]:
    """A user calls the outside (published real stream, 2 to 10)."""
    stream = Stream(session="s-bb843f9bc3bd4366a83f9e953f2c9c58")
    user = leg(stream, 1, "101", "Outbound", (person("101"), OUTSIDE))
    far = leg(stream, 2, None, "Inbound", (person("101"), OUTSIDE))
    user("Setup"), far("Proceeding"), user("Proceeding"), far("Answered", later=5.0), user("Answered")
    user("Hold", later=3.0), user("Answered", later=3.0), user("Disconnected", later=9.0), far("Disconnected")
    return stream.sent


def calls_inside() -> list[bytes]:
    """A user calls a colleague (published real stream, 2 to 10)."""
    stream = Stream(session="s-279e175539444bdc96d16c1e2fe4dbe9")
    ann = leg(stream, 1, "101", "Outbound", (person("101"), person("102")))
    bob = leg(stream, 2, "102", "Inbound", (person("101"), person("102")))
    ann("Setup"), bob("Setup"), ann("Answered"), bob("Proceeding"), bob("Answered", later=4.0)
    ann("Hold", later=3.0), ann("Answered", later=3.0), ann("Disconnected", later=9.0), bob("Disconnected")
    return stream.sent


REAL = {"outside calls in": outside_calls_in, "calls out": calls_out, "calls inside": calls_inside}


def source(received_at: datetime = START, **more: Any) -> Source:
    """Where the notifications come from."""
    return Source(ACCOUNT, received_at, key="key", **more)


def parts_of(raw: bytes, where: Source | None = None) -> list[PartyPart]:
    """The parts for the fold in one notification."""
    found = interpret(envelope(raw), where or source())
    assert isinstance(found, Interpreted)
    return [part for part in found.parts if isinstance(part, PartyPart)]


def facts_of(raw: bytes, where: Source | None = None, answers: Any = None) -> list[Event]:
    """The events that a notification is in itself, without the raw one."""
    found = interpret(envelope(raw), where or source(), answers)
    assert isinstance(found, Interpreted)
    return [part.event for part in found.parts[1:] if isinstance(part, Fact)]


GONE = NotFound("the call is over", status=404, code="CMN-102")


class Folder:
    """Folds notifications as a worker does, storing and restoring the call each time; reads are answered `answer`."""

    def __init__(self, answer: Any = GONE) -> None:
        self.answer = answer
        self.stored: bytes | None = None
        self.events: list[Event] = []
        self.reads = 0
        self.review_in: float | None = None

    def __call__(self, *notifications: bytes) -> list[Event]:
        """Returns the events of these."""
        before = len(self.events)
        for raw in notifications:
            for part in parts_of(raw):
                self._fold(part)
        return self.events[before:]

    def _fold(self, part: PartyPart) -> None:
        folded = self._keep(fold(Call.restore(self.stored) if self.stored else None, part))
        if folded.adopt:
            self.reads += 1
            self._keep(adopt(folded.call, self.answer, part))

    def silence(self, answer: Any = None) -> list[Event]:
        """Nothing comes until the review is due."""
        assert self.stored is not None
        assert self.review_in is not None
        self.reads += 1
        before = len(self.events)
        self._keep(review(Call.restore(self.stored), answer or self.answer, source()))
        return self.events[before:]

    def _keep(self, folded: Folded) -> Folded:
        self.stored = folded.call.dump()
        self.review_in = folded.review_in
        self.events.extend(folded.events)
        return folded


def told(events: Iterable[Event]) -> list[str]:
    """Calls' facts in words, in order of telling: who, what."""
    names = {value: key for key, value in PEOPLE.items()}
    facts = [each for each in events if isinstance(each, CallEvent) and not isinstance(each, PartyChanged)]
    return [f"{names.get(each.extension_id, each.extension_id)} {type(each).__name__}" for each in facts]


def once(events: Iterable[Event]) -> list[str]:
    """The ids of calls' facts, sorted; each event once however often it was repeated."""
    return sorted({each.id for each in events})


def in_order(stream: Sequence[bytes]) -> list[Event]:
    """What a stream tells when it comes in order."""
    return Folder()(*stream)
