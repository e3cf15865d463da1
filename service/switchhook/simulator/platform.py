"""Platform: the simulated RingCentral with its verbs in Python."""

from __future__ import annotations

from typing import Any


class Platform:
    """A running simulated platform: one account, four extensions with devices, a PSTN around it.

    `seed` makes ids, numbers and misbehaviour repeatable. `limits`: whether rate limits are enforced. `manual_time`:
    time stands still but for `advance`. The account: 101 Ann Archer, 102 Bob Baker, 103 Cid Cooper (users with a
    softphone online each, a hard phone, a direct number), 100 the IVR with the company's main number; one team chat
    "Front desk" of all three users.
    """

    def __init__(self, *, seed: int = 0, limits: bool = True, manual_time: bool = False) -> None:
        raise NotImplementedError

    url: str
    """Base address, such as "http://127.0.0.1:40123"."""
    client_id: str
    client_secret: str
    jwt: str
    """A credential of the user 101."""
    username: str
    extension: str
    password: str
    account_id: str

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve. Raises OSError if the port is in use."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Stop serving; deliveries in flight are given up."""
        raise NotImplementedError

    async def ring(self, to: str = "101", from_: str = "+16505550100", name: str = "Joe Caller") -> dict[str, Any]:
        """A PSTN caller dials the main number, passes the IVR and reaches extension `to` (the sequence of a real call).

        Returns `{"telephonySessionId", "sessionId", "parties"}` when the party of `to` rings; notifications follow.
        """
        raise NotImplementedError

    async def answer(
        self, session_id: str, party_id: str | None = None, device_id: str | None = None
    ) -> dict[str, Any]:
        """The person at `to` picks up. Raises LookupError, ValueError (wrong state)."""
        raise NotImplementedError

    async def hang_up(self, session_id: str) -> dict[str, Any]:
        """Somebody hangs up: every party leaves."""
        raise NotImplementedError

    async def text(self, to: str = "101", from_: str = "+16505550100", text: str = "Hello") -> dict[str, Any]:
        """A text comes in from outside. Returns the message."""
        raise NotImplementedError

    async def post(self, chat: str, text: str, by: str = "102") -> dict[str, Any]:
        """A person posts in a chat (id or name). Returns the post."""
        raise NotImplementedError

    def fault(self, name: str, *, rate: float = 1.0, times: int | None = None, operation: str | None = None) -> None:
        """Misbehave: `name` is one of FAULTS; rate 0 ends it. Raises ValueError naming the faults there are."""
        raise NotImplementedError

    async def advance(self, seconds: float) -> None:
        """Move simulated time (needs `manual_time`)."""
        raise NotImplementedError

    async def delivered(self) -> None:
        """Return when no delivery is waiting or under way."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """Everything, as JSON values: sessions, messages, chats, posts, subscriptions, deliveries, API calls."""
        raise NotImplementedError

    async def reset(self, seed: int | None = None) -> None:
        """Back to the beginning; the address stays."""
        raise NotImplementedError
