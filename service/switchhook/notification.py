"""One request from the platform, read without any I/O: handshake or not, ours or not, envelope, key.

The address of a subscription is `{public_url}/webhooks/{name}.{mac}`; name, verification token and mac are functions
of the master secret, so that every ingress process knows them without a store. A name says whose notifications
come that way: `{account}-{identity}-{part}-{epoch}`.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from switchhook.errors import Malformed

_NAME = re.compile(r"([0-9A-Za-z]+)-([a-z][a-z0-9_]*)-([1-9][0-9]{0,9})-([1-9][0-9]{0,9})")
_ADDRESS = re.compile(rf"(?:.*/)?webhooks/({_NAME.pattern})\.([0-9a-f]{{32}})")
_NO_QUERY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SubscriptionName:
    """What an address of ours says: account id, identity, which part of its filters, and which epoch of the token.

    `identity` matches `[a-z][a-z0-9_]*`; `part` and `epoch` count from 1.
    """

    account: str
    identity: str
    part: int
    epoch: int

    def __str__(self) -> str:
        return f"{self.account}-{self.identity}-{self.part}-{self.epoch}"

    @classmethod
    def parse(cls, text: str) -> SubscriptionName:
        """Read a name. Raises Malformed if it is none."""
        match = _NAME.fullmatch(text)
        if match is None:
            raise Malformed("not the name of a subscription: {account}-{identity}-{part}-{epoch} is expected")
        account, identity, part, epoch = match.groups()
        return cls(account, identity, int(part), int(epoch))


class Addresses:
    """Derives and checks addresses and verification tokens. The first master secret makes, all of them are accepted.

    What proved to be ours is remembered, so that a busy door derives nothing twice; what is not ours is never kept.
    """

    def __init__(self, public_url: str, master_secrets: Sequence[bytes]) -> None:
        """Raises ValueError without a master secret."""
        if not master_secrets:
            raise ValueError("at least one master secret is needed to derive addresses")
        self._public_url = public_url.rstrip("/")
        self._secrets = tuple(master_secrets)
        self._names: dict[str, SubscriptionName] = {}
        self._made: dict[SubscriptionName, str] = {}
        self._tokens: dict[SubscriptionName, tuple[bytes, ...]] = {}

    def address(self, name: SubscriptionName) -> str:
        """The address to subscribe with."""
        if name not in self._made:
            mac = _derive(self._secrets[0], "address", name)
            self._made[name] = f"{self._public_url}/webhooks/{name}.{mac}"
        return self._made[name]

    def verification_token(self, name: SubscriptionName) -> str:
        """The token to subscribe with."""
        return _derive(self._secrets[0], "token", name)

    def recognise(self, address: str) -> SubscriptionName | None:
        """The name in an address or path of ours; None for anybody else's.

        The mac decides, not the host: an address from before the public one was changed is still ours.
        """
        known = self._names.get(address)
        if known is not None:
            return known
        match = _ADDRESS.fullmatch(address)
        if match is None:
            return None
        name = SubscriptionName.parse(match[1])
        mac = match[6].encode()
        if not _any_equal(mac, [_derive(secret, "address", name).encode() for secret in self._secrets]):
            return None
        self._names[address] = name
        return name

    def verified(self, name: SubscriptionName, token: bytes) -> bool:
        """Whether `token` is the verification token of `name` under any accepted secret, in constant time."""
        tokens = self._tokens.get(name)
        if tokens is None:
            tokens = tuple(_derive(secret, "token", name).encode() for secret in self._secrets)
            self._tokens[name] = tokens
        return _any_equal(token, tokens)


def _derive(secret: bytes, purpose: str, name: SubscriptionName) -> str:
    """128 bits as hex: as much as nobody guesses, and short enough for a handshake of 1,024 bytes."""
    return hmac.digest(secret, f"{purpose}:{name}".encode(), "sha256").hex()[:32]


def _any_equal(given: bytes, accepted: Sequence[bytes]) -> bool:
    equal = False
    for candidate in accepted:
        equal |= hmac.compare_digest(given, candidate)
    return equal


class Envelope(NamedTuple):
    """A notification as the platform wraps it: ids as strings, `timestamp` aware, `body` as sent.

    `query` is what stood behind `?` in `event`; `path` is `event` without it. `subscription_id` and `owner_id` are ""
    where the platform left them out; `timestamp` is None where it is missing or unreadable.
    """

    uuid: str
    event: str
    path: str
    query: Mapping[str, str]
    timestamp: datetime | None
    subscription_id: str
    owner_id: str
    body: Mapping[str, Any]


def is_handshake(headers: Mapping[bytes, bytes], body_length: int) -> bool:
    """A request is a handshake if it has `Validation-Token` and no body; with a body it is a notification.

    Header names in lower case. The platform's pages disagree on which header carries the token of a notification
    (receiving guide: `validation-token`, specification: `verification-token`); the body tells the two requests apart.
    """
    return body_length == 0 and b"validation-token" in headers


def envelope(raw: bytes) -> Envelope:
    """Read the bytes of a notification. Raises Malformed. Integers above 2^53 survive; ids become strings.

    An absent body is an empty one (reminders of the platform have been seen without; RingCentral guide: creating
    webhooks).
    """
    data = _json(raw)
    if not isinstance(data, dict):
        raise Malformed("the notification is JSON, but no object")
    uuid, event, body = _id(data.get("uuid")), data.get("event"), data.get("body")
    if not uuid:
        raise Malformed("the notification has no uuid")
    if not isinstance(event, str) or not event:
        raise Malformed("the notification has no event")
    if body is None:
        body = {}
    if not isinstance(body, dict):
        raise Malformed("the body of the notification is no object")
    path, question, query = event.partition("?")
    return Envelope(
        uuid,
        event,
        path,
        _query(query) if question else _NO_QUERY,
        _timestamp(data.get("timestamp")),
        _id(data.get("subscriptionId")),
        _id(data.get("ownerId")),
        body,
    )


_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 20
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


def _json(raw: bytes) -> Any:
    """orjson, but exact beyond 64 bits, and patient with texts cut in the middle of a character."""
    try:
        if _LONG_NUMBER in raw.translate(_DIGITS):  # ten times as fast as a regular expression
            return json.loads(raw, parse_constant=_no_constant)
        return orjson.loads(raw)
    except (ValueError, RecursionError):
        pass
    try:
        mended = raw.decode("utf-8", "replace").encode()
        return orjson.loads(_ESCAPE.sub(_whole_character, mended))
    except ValueError:
        raise Malformed("the notification is not JSON") from None


def _whole_character(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["lone"] else escape[0]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _id(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _query(text: str) -> Mapping[str, str]:
    """`+` stays what it is: the platform writes telephone numbers unencoded (`from=+1310…`)."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _timestamp(value: Any) -> datetime | None:
    try:
        return parse_timestamp(value)
    except (ValueError, TypeError):
        return None


_EXTENSION = re.compile(r"/extensions?/([0-9A-Za-z]+)(?:/|$)")
_EXTENSION_LIST = re.compile(r"/account/[^/]+/extension$")
_QUEUE = re.compile(r"/call-queues/([0-9A-Za-z]+)/presence$")


def key_of(event: Envelope) -> str | None:
    """What order is kept for: one row of the table per kind of notification.

    telephony → `telephonySessionId`; message store, voicemail, fax, presence, directory, extension → the extension;
    posts and chats → `groupId` (`PostRemoved` carries none: no key); everything else → None.

    The platform answers account-wide filters with the address of the extension concerned, so the end of the path
    decides, and who the body names comes before who the path names (presence of monitored lines). A directory
    notification that names several extensions at once has no key.
    """
    return _key(event.path, event.body, event.owner_id)


def key_of_raw(raw: bytes) -> str | None:
    """`key_of` for bytes that may be anything; None for what is no notification."""
    try:
        data = _json(raw)
        body = data.get("body")
        return _key(data["event"].partition("?")[0], body if isinstance(body, dict) else {}, _id(data.get("ownerId")))
    except (Malformed, TypeError, KeyError, AttributeError):
        return None


def _key(path: str, body: Mapping[str, Any], owner: str) -> str | None:
    if path.endswith("/telephony/sessions"):
        return _id(body.get("telephonySessionId")) or None
    if path.endswith(("/posts", "/chats", "/groups")):
        return _id(body.get("groupId")) or (None if path.endswith("/posts") else _id(body.get("id")) or None)
    if path.endswith("/directory/entries") or _EXTENSION_LIST.search(path):
        return _only_one(body)
    if path.endswith(("/presence", "/emergency-address")):
        named = _id(body.get("extensionId"))
        if named:
            return named
    extension = _EXTENSION.search(path) or _QUEUE.search(path)
    if extension is not None:
        return extension[1]
    if "/extension/~" in path or "/extensions/~" in path:  # the token's own extension, which owns the subscription
        return owner or None
    return None


def _only_one(body: Mapping[str, Any]) -> str | None:
    for field, name in (("contacts", "id"), ("extensions", "extensionId")):
        entries = body.get(field)
        if isinstance(entries, list) and len(entries) == 1 and isinstance(entries[0], dict):
            return _id(entries[0].get(name)) or None
    return None


def parse_timestamp(text: str) -> datetime:
    """Read any of the platform's forms (`Z`, `+0000`, 0 to 9 decimals; no zone is UTC). Raises ValueError.

    Digits beyond microseconds are dropped.
    """
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
