"""Facts about texts, voicemails and faxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.events.types.event import Event


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
    """A text came in: `kind` "SMS" (also MMS), "Pager" or "A2P" (high-volume). `to` is our own number among the
    recipients. Comes once, also if it arrives by two ways.

    `attachments` holds the platform's attachment objects that are media (not the text itself).
    """

    text: str
    to: str = ""
    kind: str = "SMS"
    attachments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatusChanged(MessageEvent):
    """A message has another state: delivery status, read status, availability. Also tells of a new outgoing one.

    `kind` is "SMS", "Pager", "Fax", "VoiceMail" or "A2P"; `status` the platform's word ("Queued", "Sent", "Delivered",
    "DeliveryFailed", "SendingFailed", "Received"), `error_code` why it failed. Of changes to messages of the store that
    are older than three days nothing is told.
    """

    kind: str
    direction: str
    status: str
    read: bool = False
    availability: str = "Alive"
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailReceived(MessageEvent):
    """A voicemail was left. `duration` in seconds; `transcription` is the platform's status word ("InProgress",
    "Completed", "NotAvailable", …): `TranscriptReady` follows if a text is made.
    """

    duration: float = 0.0
    transcription: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReady(MessageEvent):
    """The text of a voicemail is there. Found by asking, since the platform announces none.

    Looked for 1, 2, 5 and 15 minutes after a voicemail whose transcription was under way. `partial`: not all of it
    could be understood.
    """

    text: str
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxReceived(MessageEvent):
    """A fax came in. `pages` as the platform counts them."""

    pages: int = 0
