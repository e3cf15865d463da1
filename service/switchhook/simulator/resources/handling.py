"""What people wrote about the calls of an extension and of the company, as the telephony reads it."""

from __future__ import annotations

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.resources.engine import Engine
from switchhook.simulator.resources.people import EXTENSIONS
from switchhook.simulator.resources.store import Document
from switchhook.simulator.telephony.rules import Settings


class Handling:
    """Reads the documents of answering rules, business hours and blocked numbers."""

    def __init__(self, engine: Engine, account: Account) -> None:
        self._engine = engine
        self._account = account

    def settings(self, extension: Extension | None) -> Settings:
        """Of an extension; without one, of the company, which blocks nobody."""
        account = (self._account.id,)
        if extension is None:
            company = self._engine.only("account", ())
            return self._read("account/{}/", account, company, {}, ())
        place, owner = "account/{}/extension/{}/", (*account, extension.id)
        known = self._engine.documents(EXTENSIONS, account).get(extension.id, {})
        blocking = self._engine.only(place + "caller-blocking", owner)
        numbers = self._engine.documents(place + "caller-blocking/phone-numbers", owner).values()
        return self._read(place, owner, known, blocking, tuple(numbers))

    def _read(
        self, place: str, owner: tuple[str, ...], known: Document, blocking: Document, numbers: tuple[Document, ...]
    ) -> Settings:
        rules = tuple(self._engine.documents(place + "answering-rule", owner).values())
        schedule = self._engine.only(place + "business-hours", owner).get("schedule") or {}
        bias = int(((known.get("regionalSettings") or {}).get("timezone") or {}).get("bias", 0))
        return Settings(rules, schedule, bias, blocking, numbers)
