"""The events a handler can ask for: facts, each true once, each frozen.

Every event has an `id` that is a function of what happened, not of how often it was delivered: two deliveries of
one fact have one id. Fields that the platform may leave out are `None` or empty, never guessed.
"""

from switchhook.events.types.chats import ChatChanged, PostAdded, PostChanged, PostEvent, PostRemoved
from switchhook.events.types.event import Event, Notification
from switchhook.events.types.messages import (
    FaxReceived,
    MessageEvent,
    MessageStatusChanged,
    TextReceived,
    TranscriptReady,
    VoicemailReceived,
)
from switchhook.events.types.own import DeadLettered, GapFound, HandlerFailing, SubscriptionHealed
from switchhook.events.types.people import ExtensionChanged, PresenceChanged
from switchhook.events.types.telephony import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallMissed,
    CallParked,
    CallResumed,
    CallRinging,
    PartyChanged,
    RecordingReady,
)

__all__ = [
    "CallAnswered",
    "CallEnded",
    "CallEvent",
    "CallHeld",
    "CallMissed",
    "CallParked",
    "CallResumed",
    "CallRinging",
    "ChatChanged",
    "DeadLettered",
    "Event",
    "ExtensionChanged",
    "FaxReceived",
    "GapFound",
    "HandlerFailing",
    "MessageEvent",
    "MessageStatusChanged",
    "Notification",
    "PartyChanged",
    "PostAdded",
    "PostChanged",
    "PostEvent",
    "PostRemoved",
    "PresenceChanged",
    "RecordingReady",
    "SubscriptionHealed",
    "TextReceived",
    "TranscriptReady",
    "VoicemailReceived",
]
