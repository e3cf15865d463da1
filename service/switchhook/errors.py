"""Every error Switchhook raises: one tree, each class with what a program may conclude from it.

Messages say what is wrong, where, and what to do. They never hold a secret, a token or a message body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class SwitchhookError(Exception):
    """Root of the tree. `transient` says whether the same act may succeed later without anybody's help."""

    transient: ClassVar[bool] = False


class PortTaken(SwitchhookError):
    """A port that we are told to listen on is in use, or not ours to use."""


class WorkerRefused(SwitchhookError):
    """The running worker did not do what it was told on its admin port; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the settings: `place` is the dotted path ("handlers[2].settings.to")."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class SettingsError(SwitchhookError):
    """The settings cannot be used. Holds all problems at once, each by its place; shows no secret."""

    def __init__(self, problems: Sequence[Problem], *, source: str = "settings") -> None:
        self.problems = tuple(problems)
        self.source = source
        count = f"{len(self.problems)} problem" + ("s" if len(self.problems) != 1 else "")
        super().__init__(f"{source}: {count}\n" + "\n".join(f"  {problem}" for problem in self.problems))


class NotificationError(SwitchhookError):
    """A request at the door, or a stored one, that is no notification of ours."""


class Malformed(NotificationError):
    """Authenticated, but not readable as a notification: no JSON, no envelope, no id."""


class LogError(SwitchhookError):
    """The event log."""


class LogUnavailable(LogError):
    """The log cannot store or hand out records now (broker away, disk full)."""

    transient = True


class LogCorrupt(LogError):
    """The log holds what it cannot hold; a person must look."""


class StateError(SwitchhookError):
    """The worker's state store."""


class StateUnavailable(StateError):
    """The store cannot be read or written now."""

    transient = True


class StateCorrupt(StateError):
    """The store holds what it cannot hold; a person must look."""


class HandlerError(SwitchhookError):
    """Something about a handler plugin."""


class UnknownHandler(HandlerError):
    """No handler has that name; the message names those there are."""


class HandlerInvalid(HandlerError):
    """The plugin cannot be imported, or what it declares makes no sense; the message names file and line."""


class SettingsInvalid(HandlerError):
    """A handler's own settings do not fit its model."""


class TimedOut(HandlerError):
    """A run used up its time limit (waiting for the API budget not counted)."""


class WrongUse(HandlerError, ValueError):
    """A handler asked for what cannot be; nothing was sent. The message says what is wrong, and repeats no text or
    number that it was given.
    """


class NotDeterministic(HandlerError):
    """A re-run made another write at the same step than the first run did; the message names the line."""


class SubscriptionError(SwitchhookError):
    """A push subscription or a Glip webhook."""


class SubscriptionRefused(SubscriptionError):
    """The platform refused: the message says which permission is missing or why the address fails."""


class ApiError(SwitchhookError):
    """A call of the RingCentral API failed.

    Attributes: `operation` (operation id, or "-"), `method`, `path` (no query, no secret).
    """

    def __init__(self, message: str, *, operation: str = "-", method: str = "-", path: str = "-") -> None:
        self.operation = operation
        self.method = method
        self.path = path
        super().__init__(f"{operation} ({method} {path}): {message}")


class ApiUnreachable(ApiError):
    """Nothing was sent (no connection, no address, no TLS), or a call that changes nothing got no answer."""

    transient = True


class OutcomeUnknown(ApiError):
    """Sent, but no usable answer came: it may have happened. Never repeated blindly.

    `look_again`: seconds after which a read may tell whether it happened; None if none will.
    """

    look_again: float | None = None


class ApiStatusError(ApiError):
    """The platform answered with an error.

    Attributes: `status` (HTTP), `code` (the platform's, such as "TAS-106", or None), `request_id`
    (`RCRequestId` header, or None), `retry_after` (seconds to stay away, or None).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        operation: str = "-",
        method: str = "-",
        path: str = "-",
    ) -> None:
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        label = f"{status} {code}" if code else str(status)
        trace = f" (request {request_id})" if request_id else ""
        super().__init__(f"{label}: {message}{trace}", operation=operation, method=method, path=path)


class BadRequest(ApiStatusError):
    """400, 405, 406, 413, 415, 416, 422: the request is wrong; repeating it is useless."""


class Unauthorized(ApiStatusError):
    """401, or 400 from the token endpoint: the credentials do not work."""


class Forbidden(ApiStatusError):
    """403: a permission, a feature or the state of the call forbids it."""


class NotFound(ApiStatusError):
    """404, 410: no such thing, or no longer (a call that is over)."""


class Conflict(ApiStatusError):
    """409: the thing has moved on since it was looked at."""


class RateLimited(ApiStatusError):
    """429, or our own budget was used up before anything was sent."""

    transient = True


class PlatformError(ApiStatusError):
    """5xx with proof that nothing happened (503 with CMN-201 or Retry-After), or on a call that changes nothing."""

    transient = True


class HandlerSignal(Exception):
    """How a handler ends a run other than by returning. Not an error."""


class Skip(HandlerSignal):
    """This event is not for this rule. `reason` is shown by `events explain`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Retry(HandlerSignal):
    """Run again, not before `after` seconds (None: by policy). Counts towards the rule's limits."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        self.reason = reason
        self.after = after
        super().__init__(reason)


class Later(HandlerSignal):
    """Run again at `at` (aware datetime), never earlier, also after a restart. Does not count as a failure."""

    def __init__(self, *, at: object, reason: str = "later") -> None:
        self.at = at
        self.reason = reason
        super().__init__(reason)
