"""Writes in doubt: which read can tell whether one happened, and what its answer says. Pure.

A write is in doubt when its answer was lost, or the worker died before it came. A read that shows what the write was
to bring about proves that it happened. One that does not show it proves the opposite only where the platform takes a
command in one state of its thing alone, as call control does: a second answer to a call that is answered is refused, so
sending it again cannot act twice. A post or a text that is not there may still be on its way: that stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from switchhook.errors import ApiError, NotFound
from switchhook.events.calls import session_need
from switchhook.events.fields import inner, moment, objects, text
from switchhook.events.parts import Need
from switchhook.events.telephony import ANSWERED, FINAL, HOLD, PARKED, PROCEEDING, SETUP, state_of

_SKEW = timedelta(seconds=60)
"""By how much the platform's clock may be behind ours."""
_CALLS_SETTLE = 3.0
_WRITINGS_SETTLE = 15.0
SOON = 3.0
"""Seconds until a look at a write whose answer was lost a moment ago."""
_PATIENCE = 600.0
"""Seconds after the intent for which a read that fails is tried again."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_RINGING = frozenset({SETUP, PROCEEDING})
_TALKING = frozenset({ANSWERED, HOLD})


@dataclass(frozen=True, slots=True)
class Happened:
    """The write took effect. `answer`: what stands for the platform's answer to it."""

    answer: Any = None


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What the write was to bring about is not there."""


@dataclass(frozen=True, slots=True)
class Untold:
    """What is there (or is no longer) could have come about in other ways."""

    why: str = "what is there now could have come about in other ways"


@dataclass(frozen=True, slots=True)
class SendAgain:
    """It did not happen, or sending it again cannot act twice."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """It is too soon to tell, or the read failed for a passing reason: look again after so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """No read can tell. `why`, for a person."""

    why: str


Seen = Happened | NotSeen | Untold
Conclusion = Happened | SendAgain | LookAgain | Unknown
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lookup:
    """How to find out about one operation. `needs`: the reads, from parameters and time of the intent; `see`: what
    their answers say (`taken`: whether the thing with this id is another write's); `settles`: seconds after the intent
    by which it would show; `guarded`: whether the platform's own state keeps a second one from acting.
    """

    needs: Callable[[Parameters, datetime], Sequence[Need]]
    see: Callable[[Parameters, datetime, Sequence[Any], Callable[[str], bool]], Seen]
    settles: float
    guarded: bool


def conclude(
    lookup: Lookup,
    parameters: Parameters,
    answers: Sequence[Any],
    *,
    at: float,
    now: float,
    taken: Callable[[str], bool],
) -> Conclusion:
    """What the answers of the reads (an ApiError is one too) say about a write whose intent was made at `at`.

    Times are seconds since 1970.
    """
    age = now - at
    for answer in answers:
        if isinstance(answer, ApiError) and not isinstance(answer, NotFound):
            if answer.transient and age < _PATIENCE:
                return LookAgain(max(getattr(answer, "retry_after", None) or 0.0, lookup.settles))
            return Unknown(f"the read that could tell failed: {answer}")
    seen = lookup.see(parameters, datetime.fromtimestamp(at, UTC), answers, taken)
    if isinstance(seen, Happened):
        return seen
    if age < lookup.settles:
        return LookAgain(min(lookup.settles - age, lookup.settles))
    if isinstance(seen, Untold):
        return Unknown(seen.why)
    if lookup.guarded:
        return SendAgain()
    return Unknown(f"it was not there {age:.0f} s later, and may still be on its way")


def lookup_for(operation: str) -> Lookup | None:
    """How to find out about a write of this operation; None where no read can tell."""
    return _LOOKUPS.get(operation)


# -- call control: the party as it is now


def _party_needs(parameters: Parameters, _since: datetime) -> Sequence[Need]:
    return [session_need(str(parameters["telephonySessionId"]))]


def _party(see: Callable[[Parameters, Mapping[str, Any], str, str], Seen]) -> Lookup:
    """By what `see` says of the party, its state and its reason. A call that is over tells nothing any more."""

    def look(parameters: Parameters, _since: datetime, answers: Sequence[Any], _taken: Callable[[str], bool]) -> Seen:
        if isinstance(answers[0], NotFound):
            return Untold("the call is over")
        for party in objects(answers[0], "parties"):
            if text(party.get("id")) == str(parameters.get("partyId")):
                status = inner(party, "status")
                return see(parameters, party, state_of(text(status.get("code"))), text(status.get("reason")))
        return Untold()

    return Lookup(_party_needs, look, _CALLS_SETTLE, guarded=True)


def _becomes(wanted: frozenset[str], before: frozenset[str], *reasons: str, empty: bool = False) -> Lookup:
    """It happened if the party is in a `wanted` state (with one of `reasons`, if any are given), and did not if it is
    still in one of those `before`, in which alone the command is taken.
    """

    def see(_parameters: Parameters, party: Mapping[str, Any], code: str, reason: str) -> Seen:
        if code in wanted and (not reasons or reason in reasons):
            return Happened(None if empty else dict(party))
        return NotSeen() if code in before else Untold()

    return _party(see)


def _changed(parameters: Parameters, party: Mapping[str, Any], code: str, _reason: str) -> Seen:
    wanted = {name: value for name, value in inner(parameters, "body").items() if name in ("muted", "standAlone")}
    if wanted and all((party.get(name) is True) == value for name, value in wanted.items()):
        return Happened(dict(party))
    return NotSeen() if wanted and code in _TALKING else Untold()


def _recording(_parameters: Parameters, party: Mapping[str, Any], code: str, _reason: str) -> Seen:
    for recording in objects(party, "recordings"):
        if recording.get("active") is True:
            return Happened(dict(recording))
    return NotSeen() if code == ANSWERED else Untold()


def _paused(parameters: Parameters, party: Mapping[str, Any], _code: str, _reason: str) -> Seen:
    for recording in objects(party, "recordings"):
        if text(recording.get("id")) == str(parameters.get("recordingId")):
            as_wanted = recording.get("active") is inner(parameters, "body").get("active")
            return Happened(dict(recording)) if as_wanted else NotSeen()
    return Untold()


def _dropped(_parameters: Parameters, _since: datetime, answers: Sequence[Any], _taken: Callable[[str], bool]) -> Seen:
    if isinstance(answers[0], NotFound):
        return Happened()
    codes = {state_of(text(inner(party, "status").get("code"))) for party in objects(answers[0], "parties")}
    return Happened() if codes <= FINAL else NotSeen()


# -- what we wrote: is it there, made since the intent, and not the work of another write?


def _post_needs(parameters: Parameters, _since: datetime) -> Sequence[Need]:
    return [Need("readExtension", ()), Need("readGlipPosts", (("chatId", str(parameters["chatId"])),))]


def _post(parameters: Parameters, since: datetime, answers: Sequence[Any], taken: Callable[[str], bool]) -> Seen:
    own, listed = answers
    wanted = text(inner(parameters, "body").get("text"))
    if isinstance(own, NotFound) or isinstance(listed, NotFound) or not wanted:
        return Untold()
    return _written(
        (post for post in objects(listed, "records") if text(post.get("creatorId")) == text(own.get("id"))),
        lambda post: text(post.get("text")) == wanted,
        since,
        taken,
    )


def _text_needs(parameters: Parameters, since: datetime) -> Sequence[Need]:
    sms = bool(text(inner(inner(parameters, "body"), "from").get("phoneNumber")))
    asked = {"messageType": "SMS" if sms else "Pager", "direction": "Outbound"}
    asked["dateFrom"] = (since - _SKEW).isoformat(timespec="seconds").replace("+00:00", "Z")
    asked |= {name: str(parameters[name]) for name in ("accountId", "extensionId") if name in parameters}
    return [Need("listMessages", tuple(asked.items()))]


def _text(parameters: Parameters, since: datetime, answers: Sequence[Any], taken: Callable[[str], bool]) -> Seen:
    body = inner(parameters, "body")
    if isinstance(answers[0], NotFound) or not text(body.get("text")):
        return Untold()
    written, told = text(body.get("text")), _recipients(body)
    return _written(
        objects(answers[0], "records"),
        lambda message: text(message.get("subject")) == written and _recipients(message) == told,
        since,
        taken,
    )


def _recipients(message: Mapping[str, Any]) -> set[str]:
    return {text(one.get("phoneNumber")) or text(one.get("extensionId")) for one in objects(message, "to")}


def _written(
    records: Iterable[Mapping[str, Any]],
    is_it: Callable[[Mapping[str, Any]], bool],
    since: datetime,
    taken: Callable[[str], bool],
) -> Seen:
    """The oldest one of those that it can be: writes in doubt that say the same take them in turn."""
    found = [
        dict(record)
        for record in records
        if is_it(record) and _made(record) >= since - _SKEW and not taken(text(record.get("id")))
    ]
    return Happened(min(found, key=_made)) if found else NotSeen()


def _made(record: Mapping[str, Any]) -> datetime:
    return moment(record.get("creationTime"), otherwise=_LONG_AGO)


_LEFT = frozenset({*FINAL, "Voicemail", "VoicemailScreening"})
_LOOKUPS: Mapping[str, Lookup] = {
    "answerCallParty": _becomes(_TALKING, _RINGING),
    "forwardCallParty": _becomes(FINAL, _RINGING, "BlindTransfer"),
    "rejectParty": _becomes(_LEFT, _RINGING | _TALKING, empty=True),
    "ignoreCallInQueue": _becomes(_LEFT, _RINGING | _TALKING, empty=True),
    "replyParty": _becomes(FINAL, _RINGING, "CallReplied"),
    "transferCallParty": _becomes(FINAL, _TALKING, "BlindTransfer"),
    "holdCallParty": _becomes(frozenset({HOLD}), frozenset({ANSWERED})),
    "unholdCallParty": _becomes(frozenset({ANSWERED}), frozenset({HOLD})),
    "callParkParty": _becomes(frozenset({PARKED}), frozenset({ANSWERED})),
    "pickupCallParty": _becomes(frozenset({ANSWERED}), frozenset({PARKED})),
    "updateCallParty": _party(_changed),
    "startCallRecording": _party(_recording),
    "pauseResumeCallRecording": _party(_paused),
    "deleteCallSession": Lookup(_party_needs, _dropped, _CALLS_SETTLE, guarded=True),
    "createGlipPost": Lookup(_post_needs, _post, _WRITINGS_SETTLE, guarded=False),
    "createSMSMessage": Lookup(_text_needs, _text, _WRITINGS_SETTLE, guarded=False),
    "createInternalTextMessage": Lookup(_text_needs, _text, _WRITINGS_SETTLE, guarded=False),
}
