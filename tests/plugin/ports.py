"""A port that remembers every call made through it."""

from typing import Any

from tests.plugin.events import AT


class Port:
    """Remembers calls; answers with `answer`, or raises `error`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, str | None]] = []
        self.memory: dict[str, Any] = {}
        self.answer: Any = "answered"
        self.error: Exception | None = None

    async def call(self, operation, parameters, *, identity=None):
        """As the worker's, without sending anything."""
        self.calls.append((operation, parameters, identity))
        if self.error:
            raise self.error
        return self.answer

    async def download(self, operation, parameters, to, *, progress=None, identity=None):
        """The answer as content."""
        to.write(await self.call(operation, parameters, identity=identity))
        return to.tell()

    def now(self):
        """The time of every event here."""
        return AT

    def remember(self, key, value, *, ttl):
        """With the time to live beside the value."""
        self.memory[key] = (value, ttl)

    def recall(self, key):
        """Without it."""
        return self.memory.get(key, (None, None))[0]
