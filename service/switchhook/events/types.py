"""The events a handler can ask for: facts, each true once, each frozen.

Every event has an `id` that is a function of what happened, not of how often it was delivered: two deliveries of
one fact have one id. Fields that the platform may leave out are `None` or empty, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have.

    `at` is when it happened (the platform's clock), `received_at` when we stored the notification, `backfilled`
    whether it was fetched after the fact instead of delivered. `extension_id` is the extension it concerns, as the
    platform's id ("" where it concerns none). `key` is what order is kept for (None: nothing). `raw` is the
    platform's own body, unchanged.
    """

    id: str
    at: datetime
    received_at: datetime
    account_id: str = ""
    extension_id: str = ""
    key: str | None = None
    backfilled: bool = False
    raw: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Event):
    """The raw thing, for whoever needs it: any notification, whatever its kind.

    Comes for every notification, also those that nothing else interprets. `event` is the platform's event path.
    """

    event: str
    subscription_id: str = ""
    owner_id: str = ""
    uuid: str = ""


# -- telephony ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """A fact about one party of one telephony session.

    `session_id` and `party_id` are the platform's (`s-…`, `p-…`), and name the party that acts on commands.
    `caller` and `callee` are telephone numbers in E.164 form, or extension numbers on internal calls, as the
    platform gives them. `direction` is "Inbound" or "Outbound" as seen from the extension. `queue_call` tells that
    the call came through a call queue.
    """

    session_id: str
    party_id: str
    direction: str = "Inbound"
    caller: str = ""
    caller_name: str = ""
    callee: str = ""
    callee_name: str = ""
    queue_call: bool = False
    origin: str = "Call"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(CallEvent):
    """A user's or queue agent's telephone rings. Once per session and party; not for an IVR, not for the far end
    of an outgoing call.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """A person (or device) of ours took the call, or the far end took a call of ours.

    Comes from the callee's leg: on internal calls the caller's leg says Answered before any human did.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    """The party pressed hold (not the one who is held)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(CallEvent):
    """The party took the call back from hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(CallEvent):
    """The call was parked; `park_id` is the location to dial ("*801"), "" in a park orbit."""

    park_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The whole session is over: every known party left for good. Once per session.

    `answered` tells whether any person had taken it, `reason` is the platform's word ("" after a normal hang-up).
    """

    answered: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed(CallEvent):
    """An incoming call of this extension ended and nobody took it. Somebody else answering is not a miss."""

    voicemail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReady(Event):
    """A call recording can be fetched. Found by asking the call log, since the platform announces none."""

    session_id: str
    recording_id: str
    content_uri: str = ""
    duration: float = 0.0
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(CallEvent):
    """Below the facts: a party has a new status. Once per (session, party, sequence)."""

    status: str
    sequence: int
    reason: str = ""


# -- messages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(Event):
    """A fact about one message of an extension's message store."""

    message_id: str
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    conversation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived(MessageEvent):
    """A text came in: `kind` "SMS" (also MMS) or "Pager". `to` is our own number among the recipients.

    `attachments` holds the platform's attachment objects that are media (not the text itself).
    """

    text: str
    to: str = ""
    kind: str = "SMS"
    attachments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatusChanged(MessageEvent):
    """A message of the store changed: delivery status, read status, availability."""

    kind: str
    direction: str
    status: str
    read: bool = False
    availability: str = "Alive"
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailReceived(MessageEvent):
    """A voicemail was left. `duration` in seconds; `transcription` is the platform's status word."""

    duration: float = 0.0
    transcription: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReady(MessageEvent):
    """The text of a voicemail is there. Found by asking, since the platform announces none."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxReceived(MessageEvent):
    """A fax came in."""

    pages: int = 0


# -- team messaging ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEvent(Event):
    """A fact about one post of a chat. Our own posts are left out unless the handler asks for them."""

    post_id: str
    chat_id: str = ""
    creator_id: str = ""
    text: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAdded(PostEvent):
    """Somebody posted. `mentions` are the ids of mentioned persons."""

    mentions: tuple[str, ...] = ()
    kind: str = "TextMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChanged(PostEvent):
    """A post was edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRemoved(PostEvent):
    """A post was deleted. The platform names the post only: no chat, no order promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChanged(Event):
    """A chat was joined, left, renamed or changed (`change`: the platform's eventType)."""

    chat_id: str
    change: str
    name: str = ""


# -- people and the account --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """An extension's presence. `sequence` rises per extension; an older one is dropped."""

    presence: str = ""
    telephony: str = ""
    user: str = ""
    meeting: str = ""
    do_not_disturb: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChanged(Event):
    """An extension was created, updated or deleted (`change`), with the platform's hints of what."""

    change: str
    hints: tuple[str, ...] = ()


# -- our own -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionHealed(Event):
    """A subscription was blacklisted, missing or wrong, and stands again."""

    identity: str
    subscription: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFound(Event):
    """Notifications of this span may be lost. `cause` says why; what can be fetched is fetched."""

    identity: str
    cause: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettered(Event):
    """A run of another handler ended as a dead letter."""

    handler: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerFailing(Event):
    """A handler failed repeatedly within a short span."""

    handler: str
    failures: int
