"""When a member of a group last proved to be one: what a fence against a frozen ex-owner has to know.

A poll that returns proves nothing: a client that lost its broker polls happily on. A broker that answers a heartbeat,
a join, a sync or a commit without an error does, and its clock for this member began no earlier than the request was
sent. aiokafka keeps that to itself, so its coordinator's one way to send is watched here; the contract suite fails if a
later version has another.
"""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer

from switchhook.clock import Clock

_REBALANCE_IN_PROGRESS = 27
"""What a heartbeat is answered while the others join: the member is known, and asked to join too."""
_PROOFS = ("HeartbeatResponse", "JoinGroupResponse", "SyncGroupResponse")


class Membership:
    """Watches a consumer's coordinator."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last_proved = 0.0
        """Monotonic seconds; 0 before the first proof."""

    def watch(self, consumer: AIOKafkaConsumer) -> None:
        """From now on (after `start`, before `subscribe`)."""
        coordinator: Any = consumer._coordinator  # noqa: SLF001 - see above
        send = coordinator._send_req  # noqa: SLF001

        async def watched(request: object) -> object:
            asked = self._clock.monotonic()
            answer = await send(request)
            if _proves(answer):
                self.last_proved = max(self.last_proved, asked)
            return answer

        coordinator._send_req = watched  # noqa: SLF001

    def lost(self, consumer: AIOKafkaConsumer) -> bool:
        """Whether the broker no longer knows this member: others may own its partitions already."""
        coordinator: Any = consumer._coordinator  # noqa: SLF001
        return bool(coordinator is None or coordinator.generation < 0)


def _proves(answer: object) -> bool:
    kind = type(answer).__name__
    if kind.startswith("OffsetCommitResponse"):
        return all(code == 0 for _, partitions in answer.topics for _, code in partitions)  # type: ignore[attr-defined] # checked by name
    if kind.startswith(_PROOFS):
        return answer.error_code in (0, _REBALANCE_IN_PROGRESS)  # type: ignore[attr-defined] # checked by name
    return False
