"""Keeps the resolved scopes of handlers, and who an identity is, over restarts: so that events are handled while the
platform is away.

They are good only for the same user, and for a handler whose scope is still written in the same words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from switchhook.registry import Enabled, Registry
from switchhook.settings import IdentitySettings
from switchhook.state import Put, StateStore, Table


@dataclass(frozen=True, slots=True)
class Scope:
    """What a handler's words meant. `extension_ids` None: every extension; `trial` None: not on trial."""

    words: list[list[str]]
    extension_ids: frozenset[str] | None
    trial: frozenset[str] | None
    account_id: str

    def tell(self, registry: Registry, name: str) -> None:
        """Let the registry know."""
        registry.scope(name, self.extension_ids, trial=self.trial, account_id=self.account_id)


class Scopes:
    """Those of one identity, in the state store. `user`: who it is, as far as the settings say it."""

    def __init__(self, identity: str, user: str, store: StateStore) -> None:
        self._identity = identity
        self._key = f"scopes/{identity}"
        self._user = user
        self._store = store
        self._saved: Mapping[str, Scope] | None = None

    async def save(self, partition: int, extension_id: str, scopes: Mapping[str, Scope]) -> None:
        """Store them, and whose extension the identity is, if they have changed. Raises StateUnavailable."""
        if scopes is self._saved:
            return
        kept = {
            name: {
                "words": scope.words,
                "extension_ids": _dump(scope.extension_ids),
                "trial": _dump(scope.trial),
                "account_id": scope.account_id,
            }
            for name, scope in scopes.items()
        }
        value = orjson.dumps({"user": self._user, "extension": extension_id, "handlers": kept})
        known = self._store.get(partition, Table.KEEPER, self._key)
        if known is None or known.value != value:
            await self._store.apply([Put(partition, Table.KEEPER, self._key, value)])
        self._saved = scopes

    def restore(self, partition: int, registry: Registry) -> None:
        """Tell the registry what was stored, as far as it still holds."""
        entry = self._store.get(partition, Table.KEEPER, self._key)
        stored: dict[str, Any] = orjson.loads(entry.value) if entry is not None else {}
        if stored.get("user") != self._user:
            return
        if "extension" in stored:  # earlier versions did not keep it
            registry.acts_as(self._identity, stored["extension"])
        for each in registry.enabled:
            kept = stored["handlers"].get(each.name)
            if kept is not None and kept["words"] == words(each):
                kept |= {"extension_ids": _load(kept["extension_ids"]), "trial": _load(kept["trial"])}
                Scope(**kept).tell(registry, each.name)


def user_of(identity: IdentitySettings) -> str:
    """Who an identity is: another user, another word. Tells nobody the credential."""
    credential = identity.jwt.get_secret_value() if identity.jwt is not None else ""
    return hashlib.sha256("\n".join((identity.server, identity.client_id, credential)).encode()).hexdigest()[:16]


def words(enabled: Enabled) -> list[list[str]]:
    """How the settings write a handler's scope, and its trial."""
    return [list(enabled.extensions), list(enabled.trial)]


def _dump(ids: frozenset[str] | None) -> list[str] | None:
    return None if ids is None else sorted(ids)


def _load(ids: list[str] | None) -> frozenset[str] | None:
    return None if ids is None else frozenset(ids)
