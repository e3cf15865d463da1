"""Facts that the platform announces nowhere: recordings and transcripts, looked for after the call or the voicemail.

Pure: this says what to ask and when, and reads the answers. What whoever runs it has to do (the worker):

1. For each event that is told: `follow = follow_up(event)`; if there is one, and somebody wants `follow.leads_to`, keep
   it (`dump`) under `follow.id`, in the write that marks the event's record as done. The id is one of content: to keep
   it twice is to keep it once.
2. Not before `follow.due` (a moment of the wall clock): make the read `follow.need`, through the budget like any other
   and behind what handlers do, then `pursued = follow.pursue(answer, now)`. An ApiError is an answer too.
3. In one write: see that `pursued.events` are handled (no record carries them), and replace what was kept by
   `pursued.next` (the same id), or delete it if there is none. If `pursued.gave_up` is not empty, log it as a warning
   and count it: nothing more will come.

Asked 1, 2, 5 and 15 minutes after the fact: a recording takes minutes (RingCentral guide: call recordings), a
transcript seconds to minutes; the call log is of the group Heavy, ten requests a minute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from switchhook.errors import ApiError, Forbidden, NotFound
from switchhook.events.codec import decode, encode
from switchhook.events.fields import inner, number_of, objects, text
from switchhook.events.parts import Need
from switchhook.events.types import CallEnded, Event, RecordingReady, TranscriptReady, VoicemailReceived

ASKED_AFTER = tuple(timedelta(seconds=each) for each in (60, 120, 300, 900))
AGAIN = timedelta(seconds=60)
"""After an error that passes by itself."""
PATIENCE = timedelta(hours=24)
"""So long after the fact such errors are borne."""

_MADE = frozenset({"Completed", "CompletedPartially"})
_IN_THE_MAKING = frozenset({"InProgress", "Unknown"})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One search. `origin` is the fact that began it, without its body; `attempt` counts from 0.

    `found`: recordings told already. `company`: whether the whole company's call log is asked. `attachment`: the id of
    the transcript, once it is known. `not_before`: after an error. `reader`: whoever runs it may note here as which
    identity to read; it means nothing here.
    """

    origin: CallEnded | VoicemailReceived
    attempt: int = 0
    found: tuple[str, ...] = ()
    company: bool = True
    attachment: str = ""
    not_before: datetime | None = None
    reader: str = ""

    @property
    def id(self) -> str:
        """A function of what is looked for."""
        return f"follow/{self.origin.id}"

    @property
    def leads_to(self) -> type[Event]:
        """What it tells when it finds something."""
        return RecordingReady if isinstance(self.origin, CallEnded) else TranscriptReady

    @property
    def due(self) -> datetime:
        """When to ask."""
        if self.not_before is not None:
            return self.not_before
        return self.origin.at if self.attachment else self.origin.at + ASKED_AFTER[self.attempt]

    @property
    def need(self) -> Need:
        """What to ask."""
        origin = self.origin
        if isinstance(origin, VoicemailReceived):
            message = (("extensionId", origin.extension_id), ("messageId", origin.message_id))
            if self.attachment:
                return Need("readMessageContent", (*message, ("attachmentId", self.attachment)))
            return Need("readMessage", message)
        # The default window of the call log is one day; a call that took longer is looked for from its beginning.
        begun = origin.at - timedelta(seconds=origin.duration) - timedelta(hours=1)
        call = (
            ("telephonySessionId", origin.session_id),
            ("recordingType", "All"),
            ("view", "Detailed"),
            ("dateFrom", begun.strftime("%Y-%m-%dT%H:%M:%S.000Z")),
        )
        if self.company:
            return Need("readCompanyCallLog", call)
        return Need("readUserCallLog", (("extensionId", origin.extension_id), *call))

    def pursue(self, answer: Any, now: datetime) -> Pursued:
        """What the answer tells, and how it goes on."""
        if isinstance(answer, ApiError):
            return self._failed(answer, now)
        if isinstance(self.origin, CallEnded):
            return self._recordings(answer, self.origin, now)
        if self.attachment:
            return Pursued((_transcript(self.origin, answer, now),))
        return self._transcription(answer, now)

    def dump(self) -> bytes:
        """As bytes for the state store."""
        values = {
            "origin": encode(self.origin, raw=False),
            "attempt": self.attempt,
            "found": list(self.found),
            "company": self.company,
            "attachment": self.attachment,
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "reader": self.reader,
        }
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def restore(cls, data: bytes) -> FollowUp:
        """From `dump`. Raises ValueError."""
        try:
            values = json.loads(data)
            origin = decode(values["origin"])
            attempt, company, attachment = values["attempt"], values["company"], values["attachment"]
            until = datetime.fromisoformat(values["not_before"]) if values["not_before"] else None
            found, reader = tuple(values["found"]), values["reader"]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a stored follow-up: {type(error).__name__}") from None
        if isinstance(origin, CallEnded | VoicemailReceived):
            return cls(origin, attempt, found, company, attachment, until, reader)
        raise ValueError(f"not a stored follow-up: nothing follows {type(origin).__name__}")

    def _next(self, why: str, **changes: Any) -> Pursued:
        if self.attempt + 1 < len(ASKED_AFTER):
            return Pursued((), replace(self, attempt=self.attempt + 1, not_before=None, **changes))
        return Pursued((), None, why)

    def _failed(self, error: ApiError, now: datetime) -> Pursued:
        what = f"{self.leads_to.__name__} will not come for {self.origin.id}"
        if isinstance(error, Forbidden) and isinstance(self.origin, CallEnded) and self.company:
            return Pursued((), replace(self, company=False, not_before=now))
        if isinstance(error, Forbidden):
            return Pursued((), None, f"{what}: no permission ({error})")
        if isinstance(error, NotFound):
            gone = f"{what}: it is gone"
            return self._next(gone, attachment="") if self.attachment else Pursued((), None, gone)
        if now - self.origin.at > PATIENCE:
            return Pursued((), None, f"{what}: {error}")
        return Pursued((), replace(self, not_before=now + AGAIN))

    def _recordings(self, answer: Any, call: CallEnded, now: datetime) -> Pursued:
        found = {
            event.recording_id: event
            for record in objects(answer, "records")
            if text(record.get("telephonySessionId")) in {"", call.session_id}
            for leg in (record, *objects(record, "legs"))
            if (event := _recording(record, leg, call, now)) is not None
        }
        new = tuple(event for recording, event in sorted(found.items()) if recording not in self.found)
        known = tuple(sorted({*self.found, *found}))
        if call.recording_ids and set(call.recording_ids) <= set(known):
            return Pursued(new)
        missing = "the call log has none" if not known else "the call log has some, not all"
        why = f"RecordingReady will not come for {call.id}: {missing} (under 30 seconds nothing is kept)"
        return replace(self._next(why, found=known), events=new)

    def _transcription(self, answer: Any, now: datetime) -> Pursued:
        status = text(answer.get("vmTranscriptionStatus")) if isinstance(answer, Mapping) else ""
        what = f"TranscriptReady will not come for {self.origin.id}"
        texts = [each for each in objects(answer, "attachments") if each.get("type") == "AudioTranscription"]
        if status in _MADE and texts:
            partial = isinstance(self.origin, VoicemailReceived) and replace(self.origin, transcription=status)
            return Pursued((), replace(self, origin=partial or self.origin, attachment=text(texts[0].get("id"))))
        if status in _IN_THE_MAKING or status in _MADE:
            return self._next(f"{what}: it is not made yet ({status})")
        return Pursued((), None, f"{what}: the platform says {status or 'nothing'}")


@dataclass(frozen=True, slots=True)
class Pursued:
    """What a read brought: facts, how it goes on (None: this was the end), and why nothing (more) will come."""

    events: tuple[Event, ...]
    next: FollowUp | None = None
    gave_up: str = ""


def follow_up(event: Event) -> FollowUp | None:
    """The search that a fact begins, if any: for the recordings of a call that was recorded, and for the transcript of
    a voicemail that is being transcribed (or has been).
    """
    if isinstance(event, CallEnded) and event.recording_ids:
        return FollowUp(event)
    if isinstance(event, VoicemailReceived) and event.transcription in _MADE | _IN_THE_MAKING:
        return FollowUp(event)
    return None


def _recording(
    record: Mapping[str, Any], leg: Mapping[str, Any], call: CallEnded, now: datetime
) -> RecordingReady | None:
    recording = inner(leg, "recording")
    recording_id = text(recording.get("id"))
    if not recording_id:
        return None
    duration = leg.get("duration", record.get("duration"))
    return RecordingReady(
        id=f"recording/{recording_id}",
        at=now,
        received_at=now,
        account_id=call.account_id,
        extension_id=text(inner(leg, "extension").get("id"))
        or text(inner(record, "extension").get("id"))
        or call.extension_id,
        key=call.key,
        raw=record,
        session_id=call.session_id,
        recording_id=recording_id,
        content_uri=text(recording.get("contentUri")),
        duration=float(duration) if isinstance(duration, int | float) else 0.0,
        kind=text(recording.get("type")),
        direction=text(leg.get("direction")) or text(record.get("direction")),
        caller=number_of(inner(leg, "from")) or number_of(inner(record, "from")),
        callee=number_of(inner(leg, "to")) or number_of(inner(record, "to")),
    )


def _transcript(voicemail: VoicemailReceived, content: Any, now: datetime) -> TranscriptReady:
    return TranscriptReady(
        id=f"message/{voicemail.message_id}/transcript",
        at=now,
        received_at=now,
        account_id=voicemail.account_id,
        extension_id=voicemail.extension_id,
        key=voicemail.key,
        message_id=voicemail.message_id,
        sender=voicemail.sender,
        sender_name=voicemail.sender_name,
        recipients=voicemail.recipients,
        conversation_id=voicemail.conversation_id,
        text=content.decode("utf-8", "replace").strip() if isinstance(content, bytes) else text(content).strip(),
        partial=voicemail.transcription == "CompletedPartially",
    )
