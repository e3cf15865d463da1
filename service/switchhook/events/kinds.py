"""The kinds of notification: what each is called, the paths that tell it, what it becomes, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from switchhook.events import call_log, chats, highvolume, messages, own, people, plain, telephony, types
from switchhook.events.parts import Interpreted, Need, Source
from switchhook.notification import Envelope

Reader = Callable[[Envelope, Source, Mapping[Need, Any]], Interpreted | tuple[Need, ...]]
Types = tuple[type[types.Event], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `tells`: the events that come of it, beside the `Notification` that comes of every one."""

    name: str
    path: re.Pattern[str]
    meaning: str
    read: Reader
    tells: Types


_CALLS: Types = (
    types.PartyChanged,
    types.CallRinging,
    types.CallAnswered,
    types.CallHeld,
    types.CallResumed,
    types.CallParked,
    types.CallEnded,
    types.CallMissed,
)
_MESSAGES: Types = (types.TextReceived, types.VoicemailReceived, types.FaxReceived, types.MessageStatusChanged)
_POSTS: Types = (types.PostAdded, types.PostChanged, types.PostRemoved)
_PRESENCE: Types = (types.PresenceChanged,)
_EXTENSION: Types = (types.ExtensionChanged,)
_A2P: Types = (types.TextReceived, types.MessageStatusChanged)
_LOGGED: Types = (types.CallEnded, types.CallMissed)
_OWN: Types = (types.SubscriptionHealed, types.GapFound, types.DeadLettered, types.HandlerFailing)
_GLIP = r"^/(?:team-messaging/v1|restapi/v1\.0/glip)"
_ACCOUNT = r"^/restapi/v1\.0/account/[^/]+"
_ANY = rf"{_ACCOUNT}/extension/[^/]+"
_MOBILE = "missed-calls|start-ring|stop-ring|incoming-call-pickup|inbound-messages|telephony"

KINDS: tuple[Kind, ...] = tuple(
    Kind(name, re.compile(path), meaning, read, tells)
    for name, path, meaning, read, tells in (
        ("telephony", r"/telephony/sessions$", "a party of a call has another state", telephony.read, _CALLS),
        ("message-store", r"/message-store$", "messages are new or changed", messages.read_changes, _MESSAGES),
        ("text", r"/message-store/instant$", "a text came in", messages.read_message, (types.TextReceived,)),
        ("voicemail", rf"{_ANY}/voicemail$", "a voicemail was left", messages.read_message, (types.VoicemailReceived,)),
        ("fax", rf"{_ANY}/fax$", "a fax came in", messages.read_message, (types.FaxReceived,)),
        ("post", rf"{_GLIP}/posts$", "a post was added, edited or deleted", chats.read_post, _POSTS),
        ("chat", rf"{_GLIP}/(?:chats|groups)$", "a chat changed", chats.read_chat, (types.ChatChanged,)),
        ("chat-webhook", rf"{_GLIP}/webhooks$", "an incoming webhook was made or deleted", plain.read, ()),
        (
            "queue",
            r"/call-queues/[^/]+/presence$",
            "members take calls of a queue or not",
            people.read_queue,
            _PRESENCE,
        ),
        ("monitored-lines", r"/presence/line$", "the list of monitored lines changed", plain.read, ()),
        ("presence", r"/presence(?:/dnd|/line/presence)?$", "presence changed", people.read_presence, _PRESENCE),
        ("directory", r"/directory/entries$", "the company directory changed", people.read_extensions, _EXTENSION),
        ("contacts", r"/directory/contacts$", "the external contacts changed", plain.read, ()),
        ("extension", rf"{_ACCOUNT}/extension(?:/[^/]+)?$", "extensions changed", people.read_extensions, _EXTENSION),
        ("favorites", rf"{_ANY}/favorite$", "somebody's favourite contacts changed", plain.read, ()),
        ("grants", rf"{_ANY}/grant$", "an extension's grants changed", plain.read, ()),
        ("emergency-address", r"/emergency-address$", "a device's emergency address changed", plain.read, ()),
        ("phone-number", rf"{_ACCOUNT}/phone-number$", "a contact-centre number was made", plain.read, ()),
        ("message-threads", r"/message-threads(?:/entries)?/sync$", "threads are to be synchronised", plain.read, ()),
        ("high-volume", r"/a2p-sms/messages$|/sms/messages$", "a high-volume message", highvolume.read, _A2P),
        ("batch", r"/(?:a2p-sms|sms)/batches(?:/[^/]+)?$", "a batch of messages goes on", plain.read, ()),
        ("opt-out", r"/a2p-sms/opt-outs$", "a recipient opted out, or in again", plain.read, ()),
        ("reminder", r"^/restapi/v1\.0/subscription/[^/]+$", "a subscription is about to expire", plain.read, ()),
        ("insights", r"^/ai/ringsense/.*/insights$", "what was understood of a recording", plain.read, ()),
        ("webinar", r"^/webinar/", "a webinar changed", plain.read, ()),
        ("call-log", rf"{_ACCOUNT}/(?:extension/[^/]+/)?call-log$", "a call of a gap, fetched", call_log.read, _LOGGED),
        ("own", r"^/switchhook/event$", "Switchhook tells something of itself", own.read, _OWN),
        ("note", r"^/switchhook/(?:gap|wrong-token)$", "the ingress tells the keeper", plain.read, ()),
        ("mobile", rf"{_ANY}/(?:{_MOBILE})$", "what the platform tells telephone apps", plain.read, ()),
    )
)


@lru_cache(maxsize=8192)
def kind_of(path: str) -> Kind | None:
    """The kind by the end of its path, never by equality with a filter: the platform answers account-wide filters with
    the extension's own path (seen in real streams), and puts the filter's query behind it.
    """
    return next((kind for kind in KINDS if kind.path.search(path)), None)
