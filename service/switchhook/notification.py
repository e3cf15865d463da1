"""One request from the platform, read without any I/O: handshake or not, ours or not, envelope, key.

The address of a subscription is `{public_url}/webhooks/{name}.{mac}`; name, verification token and mac are functions
of the master secret, so that every ingress process knows them without a store. A name says whose notifications
come that way: `{account}-{identity}-{part}-{epoch}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


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
        raise NotImplementedError


class Addresses:
    """Derives and checks addresses and verification tokens. The first master secret makes, all of them are accepted."""

    def __init__(self, public_url: str, master_secrets: Sequence[bytes]) -> None:
        raise NotImplementedError

    def address(self, name: SubscriptionName) -> str:
        """The address to subscribe with."""
        raise NotImplementedError

    def verification_token(self, name: SubscriptionName) -> str:
        """The token to subscribe with."""
        raise NotImplementedError

    def recognise(self, address: str) -> SubscriptionName | None:
        """The name in an address or path of ours; None for anybody else's."""
        raise NotImplementedError

    def verified(self, name: SubscriptionName, token: bytes) -> bool:
        """Whether `token` is the verification token of `name` under any accepted secret, in constant time."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Envelope:
    """A notification as the platform wraps it: ids as strings, `timestamp` aware, `body` as sent.

    `query` is what stood behind `?` in `event`; `path` is `event` without it.
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
    """A request is a handshake if it has `Validation-Token` and no body; with a body it is a notification."""
    raise NotImplementedError


def envelope(raw: bytes) -> Envelope:
    """Read the bytes of a notification. Raises Malformed. Integers above 2^53 survive; ids become strings."""
    raise NotImplementedError


def key_of(event: Envelope) -> str | None:
    """What order is kept for: one row of the table per kind of notification.

    telephony → `telephonySessionId`; message store, voicemail, fax, presence, directory, extension → the extension;
    posts and chats → `groupId` (`PostRemoved` carries none: no key); everything else → None.
    """
    raise NotImplementedError


def parse_timestamp(text: str) -> datetime:
    """Read any of the platform's forms (`Z`, `+0000`, 0 to 9 decimals). Raises ValueError."""
    raise NotImplementedError
