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
