"""The effect journal: what a run has written to the platform, step by step, and what that means for the next try.
Pure.

A line is made before a write is sent (the intent) and completed by what the platform said. A run that comes to the
same step again gets the answer of the line instead of sending; an intent without an answer may have happened.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from switchhook.errors import ApiStatusError, NotDeterministic

# Made once: `json.dumps` would make an encoder for every call.
_COMPACT = json.JSONEncoder(separators=(",", ":")).encode


class Said(StrEnum):
    """What the platform said to a write."""

    NOTHING = "nothing"
    """The intent stands alone: it may have happened."""
    DONE = "done"
    REFUSED = "refused"
    """Proof that nothing happened."""


@dataclass(frozen=True, slots=True)
class Line:
    """One write. `digest` is that of operation, arguments and identity; `place` the line of the handler that made it;
    `at` seconds since 1970 of the intent; `answer` the platform's, or what describes its refusal.
    """

    operation: str
    digest: str
    place: str
    at: float
    said: Said = Said.NOTHING
    answer: Any = None

    def dump(self) -> bytes:
        """As bytes for the state store."""
        fields = [self.operation, self.digest, self.place, self.at, self.said.value, self.answer]
        try:
            return _COMPACT(fields).encode()
        except TypeError:
            fields[-1] = _plain(self.answer)
            return _COMPACT(fields).encode()

    @classmethod
    def restore(cls, data: bytes) -> Line:
        """From `dump`."""
        operation, digest, place, at, said, answer = json.loads(data)
        return cls(operation, digest, place, at, Said(said), _rich(answer))

    def answered(self, answer: Any) -> Line:
        """With the platform's answer."""
        return replace(self, said=Said.DONE, answer=answer)

    def made(self, thing: str) -> bool:
        """Whether the answer says that this is the id of what was made."""
        return isinstance(self.answer, Mapping) and str(self.answer.get("id")) == thing

    def refused(self, error: ApiStatusError | Exception) -> Line:
        """With the refusal, so that it can be raised again."""
        fields = {name: getattr(error, name, None) for name in ("status", "code", "request_id", "method", "path")}
        return replace(self, said=Said.REFUSED, answer={**fields, "error": type(error).__name__, "text": str(error)})


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing stands against sending."""


@dataclass(frozen=True, slots=True)
class Replay:
    """It was done: this is the answer."""

    answer: Any


@dataclass(frozen=True, slots=True)
class Refuse:
    """It was refused, and the run went on from there: raise the refusal again."""

    refusal: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was to be sent, and nobody knows whether it happened. `went_on`: the run did more after it, not knowing; so
    it must not learn of it now.
    """

    line: Line
    went_on: bool = False


Decision = Send | Replay | Refuse | Unknown


def decide(line: Line | None, operation: str, digest: str, place: str, *, went_on: bool) -> Decision:
    """What to do at a step. `line` is what the journal holds for it; `went_on` whether it holds a later step too.

    A refusal that was the run's last word is no reason not to send now; one after which the run did something else is
    part of how it came to that. Raises NotDeterministic, naming both lines, if another write was made at this step.
    """
    if line is None:
        return Send()
    if line.digest != digest:
        raise NotDeterministic(
            f"this run made {line.operation} at {line.place} when it was tried before, and now makes {operation} at "
            f"{place}: a handler that is tried again must make the same writes in the same order with the same "
            "arguments (take times from the event, not from the clock, and choices from ctx.store)"
        )
    if line.said is Said.DONE:
        return Replay(line.answer)
    if line.said is Said.REFUSED:
        return Refuse(line.answer) if went_on else Send()
    return Unknown(line, went_on)


def digest(operation: str, parameters: Mapping[str, Any], identity: str) -> str:
    """What makes two writes the same, whatever the order of their arguments. Raises TypeError for an argument that is
    neither JSON nor bytes.
    """
    text = _IN_ORDER([operation, identity, dict(parameters)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _canonical(value: object) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, tuple):
        return list(value)
    return {type(value).__name__: str(value)}


_IN_ORDER = json.JSONEncoder(sort_keys=True, default=_canonical).encode


def _plain(answer: Any) -> Any:
    """JSON for any answer; bytes survive."""
    try:
        json.dumps(answer)
    except (TypeError, ValueError):
        data = answer if isinstance(answer, bytes) else str(answer).encode()
        return {"switchhook:bytes": base64.b64encode(data).decode()}
    return answer


def _rich(answer: Any) -> Any:
    if isinstance(answer, dict) and set(answer) == {"switchhook:bytes"}:
        return base64.b64decode(answer["switchhook:bytes"])
    return answer
