"""Event filters: which there are, what they select, what they do to the body. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.errors import Refused, not_found

ANY = ".+"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification and the paths of the filters that ask for it.

    `selects`: query keys that choose among occurrences; `shapes`: those that change the body; both with a pattern of
    the values allowed. `echoes`: the query of the filter stands in `event`. `addresses`: the body has
    some, of content. `foreign`: whether another extension's may be watched by someone who is no super admin.
    `users_only`: extensions of other types have no such events.
    """

    name: str
    paths: tuple[str, ...]
    selects: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)
    scope: str | None = None
    permission: str | None = None
    echoes: bool = False
    addresses: bool = False
    foreign: bool = True
    users_only: bool = False


_A = "/restapi/v1.0/account/{account}"
_E = _A + "/extension/{extension}"
_BOOLEAN = "true|false"
_CODES = "Setup|Proceeding|Answered|Disconnected|Gone|Parked|Hold|Voicemail|VoiceMail|FaxReceive|VMScreening|\
VoiceMailScreening"

_A2P = _A + "/a2p-sms"
_DOMAINS = ("pbx", "rcv", "rcx", "ms-teams", "nice-incontact")
_ELSEWHERE = (
    Kind("thread", (_A + "/message-threads/sync",), scope="SMS"),
    Kind("thread-entry", (_A + "/message-threads/entries/sync",), scope="SMS"),
    Kind(
        "a2p-message",
        (_A2P + "/messages",),
        selects={"direction": "Inbound|Outbound", "to": ANY, "from": ANY, "batchId": ANY},
        scope="A2PSMS",
        echoes=True,
    ),
    Kind("a2p-batch", (_A2P + "/batches", _A2P + "/batches/{batch}"), selects={"from": ANY}, scope="A2PSMS"),
    Kind("a2p-opt-out", (_A2P + "/opt-outs",), selects={"from": ANY}, scope="A2PSMS"),
    Kind("number", (_A + "/phone-number",), selects={"usageType": ANY}, scope="ReadAccounts"),
    *(
        Kind(f"insight-{each}", (f"/ai/ringsense/v1/public/accounts/~/domains/{each}/insights",), scope="RingSense")
        for each in _DOMAINS
    ),
)
"""Of things that nothing here can cause by itself: only the verb `notify` does."""

_MOBILE = ("start-ring", "stop-ring", "incoming-call-pickup", "missed-calls")

KINDS = (
    Kind(
        "telephony",
        (_A + "/telephony/sessions", _E + "/telephony/sessions"),
        selects={
            "direction": "Inbound|Outbound",
            "missedCall": _BOOLEAN,
            "phoneNumber": ANY,
            "statusCode": _CODES,
            "withRecordings": _BOOLEAN,
        },
        shapes={"sipData": _BOOLEAN},
        scope="CallControl",
    ),
    Kind(
        "presence",
        (_A + "/presence", _E + "/presence"),
        shapes={"detailedTelephonyState": _BOOLEAN, "sipData": _BOOLEAN},
        scope="ReadPresence",
        permission="ReadPresenceStatus",
        echoes=True,
        users_only=True,
    ),
    Kind(
        "message-store",
        (_E + "/message-store",),
        selects={"type": "Fax|SMS|VoiceMail|Voicemail|Pager", "direction": "Inbound|Outbound"},
        scope="ReadMessages",
        permission="ReadMessages",
        foreign=False,
    ),
    Kind(
        "instant",
        (_E + "/message-store/instant",),
        selects={"type": "SMS"},
        scope="ReadMessages",
        permission="ReadMessages",
        echoes=True,
        addresses=True,
        foreign=False,
    ),
    Kind(
        "voicemail",
        (_E + "/voicemail",),
        scope="ReadMessages",
        permission="ReadMessages",
        addresses=True,
        foreign=False,
    ),
    Kind(
        "fax",
        (_E + "/fax",),
        selects={"direction": "Inbound|Outbound"},
        scope="ReadMessages",
        permission="ReadMessages",
        echoes=True,
        addresses=True,
        foreign=False,
    ),
    Kind("post", ("/team-messaging/v1/posts", "/restapi/v1.0/glip/posts"), scope="TeamMessaging"),
    Kind(
        "chat",
        ("/team-messaging/v1/chats", "/team-messaging/v1/groups", "/restapi/v1.0/glip/groups"),
        scope="TeamMessaging",
    ),
    Kind("chat-webhook", ("/restapi/v1.0/glip/webhooks", "/team-messaging/v1/webhooks"), scope="TeamMessaging"),
    Kind("extension", (_E,), scope="ReadAccounts"),
    Kind("extensions", (_A + "/extension",), scope="ReadAccounts"),
    Kind("directory", (_A + "/directory/entries",), scope="ReadAccounts"),
    Kind("favorite", (_E + "/favorite",), scope="ReadContacts"),
    Kind("grant", (_E + "/grant",), scope="ReadAccounts"),
    Kind("dnd", (_E + "/presence/dnd",), scope="ReadAccounts", users_only=True),
    Kind("line", (_E + "/presence/line",), scope="ReadPresence", users_only=True),
    *(
        Kind(
            name,
            (_E + path,),
            shapes={"detailedTelephonyState": _BOOLEAN, "sipData": _BOOLEAN},
            scope="ReadPresence",
            permission="ReadPresenceStatus",
            echoes=True,
            users_only=True,
        )
        for name, path in (("line-presence", "/presence/line/presence"), ("favorite-presence", "/favorite/presence"))
    ),
    Kind("queue-presence", (_A + "/call-queues/{extension}/presence",), scope="ReadPresence"),
    Kind("emergency-address", (_A + "/device/{device}/emergency-address",), scope="ReadAccounts"),
    *(Kind(each, (f"{_E}/{each}",), scope="ReadCallLog", foreign=False) for each in _MOBILE),
    Kind(
        "inbound-message",
        (_E + "/inbound-messages",),
        shapes={"badge": _BOOLEAN},
        scope="ReadMessages",
        permission="ReadMessages",
        echoes=True,
        foreign=False,
    ),
    *_ELSEWHERE,
    Kind("reminder", ("/restapi/v1.0/subscription/~",), shapes={"threshold": r"\d+", "interval": r"\d+"}, echoes=True),
)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


_PATTERNS = tuple((_pattern(path), kind) for kind in KINDS for path in kind.paths)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A filter as it was accepted: `~` replaced.

    `extension`: the id of the extension (or of the device) that it is about; None for a whole account, or for nobody's.
    """

    text: str
    path: str
    kind: Kind
    extension: str | None
    query: Mapping[str, str]

    def selects(self, facts: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether an occurrence with these facts is asked for."""
        return all(value in facts.get(key, ()) for key, value in self.query.items() if key in self.kind.selects)

    @property
    def detail(self) -> int:
        """Of presence filters for one resource only the most detailed is served."""
        return sum(self.query.get(key) == "true" for key in self.kind.shapes)


def kind_of(path: str) -> tuple[Kind, dict[str, str]] | None:
    """The kind of notification that a path is of, and the ids in it; None for a path of none."""
    for pattern, kind in _PATTERNS:
        found = pattern.fullmatch(path.rstrip("/"))
        if found is not None:
            return kind, found.groupdict()
    return None


def parse(text: str, owner: Extension, account: Account) -> EventFilter:
    """Read a filter for `owner`. Raises Refused (SUB-402, 405, 406, 508, 527, CMN-102)."""
    parts = urlsplit(text)
    invalid = Refused(400, "SUB-508", f"Invalid event filters: [{text}]")
    known = kind_of(parts.path)
    if known is None:
        raise invalid
    kind, names = known
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    allowed = {**kind.selects, **kind.shapes}
    for key, value in query.items():
        if key not in allowed or not re.fullmatch(allowed[key], value):
            raise invalid
    path = parts.path.rstrip("/")
    if "account" in names:
        if names["account"] not in ("~", account.id):
            raise Refused(403, "SUB-406", "Not allowed subscribe for events to extensions of other account")
        path = path.replace(f"/account/{names['account']}", f"/account/{account.id}", 1)
    target = _target(names.get("extension"), owner, account)
    if target is not None:
        path = path.replace(f"/extension/{names['extension']}", f"/extension/{target.id}", 1)
        _check_target(kind, target, owner)
    subject = target.id if target is not None else names.get("device")
    if "device" in names and account.device(names["device"]) is None:
        raise not_found("deviceId")
    resolved = f"{path}?{parts.query}" if parts.query else path
    return EventFilter(resolved, path, kind, subject, query)


def _check_target(kind: Kind, target: Extension, owner: Extension) -> None:
    """Whether the owner may watch this of an extension. Raises Refused (SUB-402, 405, 527)."""
    if kind.users_only and not target.is_user:
        raise Refused(403, "SUB-402", "Presence feature is disabled for this extension type")
    if kind.foreign or target is owner or owner.super_admin:
        return
    if kind.name == "missed-calls":
        raise Refused(403, "SUB-527", "Not allowed subscribe for missed calls of another extension")
    raise Refused(403, "SUB-405", "Not allowed subscribe for messages to other extensions")


def _target(name: str | None, owner: Extension, account: Account) -> Extension | None:
    if name is None:
        return None
    if name == "~":
        return owner
    target = account.extensions.get(name)
    if target is None:
        raise not_found("extensionId")
    return target
