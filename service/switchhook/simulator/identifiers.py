"""Identifiers of every kind the platform hands out, repeatable from a seed."""

from __future__ import annotations

import base64
import uuid
from random import Random


class Identifiers:
    """Makes ids, each in the form the platform uses for that kind of thing."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"identifiers {seed}")  # noqa: S311 - repeatable on purpose, nothing here is a secret
        self._entity = self._random.randrange(400_000_000, 900_000_000)
        self._call = self._random.randrange(400_000_000_000, 500_000_000_000)

    def entity(self) -> str:
        """Of an account, extension, message, device, recording: decimal, rising, below 2^53."""
        self._entity += self._random.randrange(1, 50)
        return f"{self._entity}004"

    def call(self) -> str:
        """A `sessionId`: 12 digits. Unrelated calls never differ by 1000 to 4000: that is how the legs of a RingOut
        are told from them (by RingCentral's own call control library).
        """
        self._call += 10_007
        return str(self._call)

    def notification(self) -> str:
        """A `uuid` of a notification: 19 digits."""
        return str(self._random.randrange(10**18, 9 * 10**18))

    def telephony(self) -> str:
        """The part that a session (`s-…`) shares with its parties (`p-…-N`): 32 hexadecimal digits."""
        return f"{self._random.getrandbits(128):032x}"

    def unique(self) -> str:
        """A UUID of version 4."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, size: int = 48) -> str:
        """An opaque token of letters, digits, `-` and `_`."""
        return base64.urlsafe_b64encode(self._random.randbytes(size)).decode().rstrip("=")
