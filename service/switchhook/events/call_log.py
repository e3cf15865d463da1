"""An entry of the call log, fetched because the call itself was missed: how it ended, not how it went.

The platform announces no call log (RingCentral guide: finding active calls): the keeper writes such notifications after
a gap. The facts have the ids that they would have had if the call had been heard of live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from switchhook.events.fields import extension_of, inner, moment, number_of, objects, text
from switchhook.events.parts import Fact, Interpreted, Need, Source, nothing
from switchhook.events.types import CallEnded, CallMissed
from switchhook.notification import Envelope

_TAKEN = frozenset({"accepted", "call connected", "connected", "answered", "received"})
_GOING_ON = frozenset({"in progress", "unknown", ""})
_VOICEMAIL = "voicemail"


def read(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """A call that is over, as the log has it. Identity: session, and how it ended."""
    del answers  # the entry comes whole
    entry = envelope.body
    session_id, result = text(entry.get("telephonySessionId")), text(entry.get("result"))
    if not session_id or text(entry.get("type")) not in {"Voice", ""}:
        return nothing(envelope, source)
    identity = source.named(f"{session_id}/log/{result}")
    if result.lower() in _GOING_ON:
        return Interpreted(identity, ())
    return Interpreted(identity, tuple(Fact(event) for event in _facts(envelope, source, session_id)))


def _facts(envelope: Envelope, source: Source, session_id: str) -> Iterator[CallEnded | CallMissed]:
    entry = envelope.body
    legs = [entry, *objects(entry, "legs")]
    results = [text(leg.get("result")).lower() for leg in legs]
    answered, voicemail = any(each in _TAKEN for each in results), _VOICEMAIL in results
    extensions = {each for leg in legs if (each := text(inner(leg, "extension").get("id")))}
    own = text(inner(entry, "extension").get("id")) or extension_of(envelope)
    seconds = entry.get("duration")
    duration = float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 0.0
    started = moment(entry.get("startTime"), otherwise=envelope.timestamp or source.received_at)
    caller, callee = inner(entry, "from"), inner(entry, "to")
    common: dict[str, Any] = {
        "at": started + timedelta(seconds=duration),
        "received_at": source.received_at,
        "account_id": source.account,
        "key": source.key,
        "backfilled": source.backfilled,
        "raw": entry,
        "session_id": session_id,
        "party_id": "",
        "direction": text(entry.get("direction")) or "Inbound",
        "caller": number_of(caller),
        "caller_name": text(caller.get("name")),
        "callee": number_of(callee),
        "callee_name": text(callee.get("name")),
        "origin": "RingOut" if text(entry.get("action")).startswith("RingOut") else "Call",
        "log_session_id": text(entry.get("sessionId")),
    }
    recordings = {each for leg in legs if (each := text(inner(leg, "recording").get("id")))}
    yield CallEnded(
        **common,
        id=source.named(f"{session_id}/ended"),
        extension_id=own,
        answered=answered,
        reason=text(entry.get("reason")),
        extension_ids=tuple(sorted({*extensions, *([own] if own else [])})),
        voicemail=voicemail,
        duration=duration,
        recording_ids=tuple(sorted(recordings)),
        complete=False,
    )
    if not answered:
        rung = {
            each
            for leg in legs
            if text(leg.get("direction")) == "Inbound" and (each := text(inner(leg, "extension").get("id")) or own)
        }
        for extension in sorted(rung):
            yield CallMissed(
                **common,
                id=source.named(f"{session_id}/missed/{extension}"),
                extension_id=extension,
                voicemail=voicemail,
            )
