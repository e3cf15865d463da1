"""What should exist: from the enabled handlers, their event types and scopes to event filters per identity. Pure.

Filters are never narrowed by status, direction or number: the fold needs every part of a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from switchhook.events import types

EVERYONE = None
"""A resolved scope that is the whole account."""


@dataclass(frozen=True, slots=True)
class Template:
    """Where one kind of notification is asked for.

    `extension` is the path below `/restapi/v1.0/account/~/extension/{id}` (None: not per extension), `account` the
    path below `/restapi/v1.0/account/~` that covers every extension at once (None: there is none, so each extension
    is listed), `identity` a whole path that always concerns the identity itself, whatever the scope.
    """

    extension: str | None = None
    account: str | None = None
    identity: str | None = None


TELEPHONY = Template(extension="/telephony/sessions", account="/telephony/sessions")
PRESENCE = Template(extension="/presence", account="/presence")
EXTENSIONS = Template(extension="", account="/extension")
TEXTS = Template(extension="/message-store/instant?type=SMS")
PAGERS = Template(extension="/message-store?type=Pager")
MESSAGES = Template(extension="/message-store")
VOICEMAILS = Template(extension="/voicemail")
FAXES = Template(extension="/fax?direction=Inbound")
POSTS = Template(identity="/team-messaging/v1/posts")
CHATS = Template(identity="/team-messaging/v1/chats")

_TEMPLATES: Mapping[type[types.Event], tuple[Template, ...]] = {
    types.CallRinging: (TELEPHONY,),
    types.CallAnswered: (TELEPHONY,),
    types.CallHeld: (TELEPHONY,),
    types.CallResumed: (TELEPHONY,),
    types.CallParked: (TELEPHONY,),
    types.CallEnded: (TELEPHONY,),
    types.CallMissed: (TELEPHONY,),
    types.PartyChanged: (TELEPHONY,),
    types.RecordingReady: (TELEPHONY,),  # the platform announces none: it is looked for after a call
    types.TextReceived: (TEXTS, PAGERS),
    types.MessageStatusChanged: (MESSAGES,),
    types.VoicemailReceived: (VOICEMAILS,),
    types.TranscriptReady: (VOICEMAILS,),  # the platform announces none: it is looked for after a voicemail
    types.FaxReceived: (FAXES,),
    types.PostAdded: (POSTS,),
    types.PostChanged: (POSTS,),
    types.PostRemoved: (POSTS,),
    types.ChatChanged: (CHATS,),
    types.PresenceChanged: (PRESENCE,),
    types.ExtensionChanged: (EXTENSIONS,),
    # Notification is whatever comes; the last four are our own.
    types.Notification: (),
    types.SubscriptionHealed: (),
    types.GapFound: (),
    types.DeadLettered: (),
    types.HandlerFailing: (),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What one enabled handler asks for: event types, and the extensions they may concern (EVERYONE: all).

    `people` are the extension ids of everyone, for kinds that the platform tells per extension only.
    """

    handler: str
    identity: str
    events: frozenset[type[types.Event]]
    extension_ids: frozenset[str] | None
    people: frozenset[str] = frozenset()


def templates(event: type[types.Event]) -> frozenset[Template]:
    """The kinds of notification that an event type, or any subclass of it, comes from."""
    return frozenset(template for kind, found in _TEMPLATES.items() if issubclass(kind, event) for template in found)


def needs_people(events: Iterable[type[types.Event]]) -> bool:
    """Whether a scope of everyone must be spelt out for these event types."""
    found = {template for event in events for template in templates(event)}
    return any(template.extension is not None and template.account is None for template in found)


def desired(asks: Iterable[Ask]) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Identity → event filter → the handlers that need it.

    A filter for the whole account takes the place of the same identity's filters for single extensions, since the
    platform would deliver twice (RingCentral guide: event filters).
    """
    wanted: dict[str, dict[str, set[str]]] = {}
    for ask in asks:
        filters = wanted.setdefault(ask.identity, {})
        for template in {template for event in ask.events for template in templates(event)}:
            for event_filter in _spell(template, ask):
                filters.setdefault(event_filter, set()).add(ask.handler)
    for filters in wanted.values():
        _cover(filters)
    return {
        identity: {each: frozenset(handlers) for each, handlers in sorted(filters.items())}
        for identity, filters in wanted.items()
    }


def _spell(template: Template, ask: Ask) -> list[str]:
    if template.identity is not None:
        return [template.identity]
    if ask.extension_ids is EVERYONE and template.account is not None:
        return [_account(template.account)]
    ids = ask.people if ask.extension_ids is EVERYONE else ask.extension_ids
    return [_extension(each, template.extension or "") for each in ids]


def _cover(filters: dict[str, set[str]]) -> None:
    """Take out what another filter of the same identity delivers anyway."""
    for template in (TELEPHONY, PRESENCE, EXTENSIONS):
        whole = _account(template.account or "")
        if whole in filters:
            for each in [each for each in filters if _is_for_extension(each, template.extension or "")]:
                filters[whole] |= filters.pop(each)
    for each in [each for each in filters if each.endswith(PAGERS.extension or "")]:
        store = each.partition("?")[0]
        if store in filters:
            filters[store] |= filters.pop(each)


def _account(tail: str) -> str:
    return f"/restapi/v1.0/account/~{tail}"


def _extension(extension_id: str, tail: str) -> str:
    return f"/restapi/v1.0/account/~/extension/{extension_id}{tail}"


def _is_for_extension(event_filter: str, tail: str) -> bool:
    before, separator, after = event_filter.partition("/extension/")
    return bool(separator) and bool(before) and "/" + after.partition("/")[2] == (tail or "/")
