"""Which identity reads for the worker: the one whose subscription told of a thing, else one of the same account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from switchhook.registry import Registry
from switchhook.settings import IdentitySettings
from switchhook.worker.runs import ApiClient


class Readers:
    """`clients`: by name of the identity; the first reads for an account of which nothing is known."""

    def __init__(
        self, clients: Mapping[str, ApiClient], identities: Iterable[IdentitySettings], registry: Registry
    ) -> None:
        self._clients = clients
        self._accounts = {each.account: each.name for each in identities if each.account}
        self._registry = registry

    def choose(self, name: str, account: str) -> ApiClient:
        """The client of the identity `name`; if there is none, of another one of the account."""
        return self._clients.get(name) or self._of(account) or next(iter(self._clients.values()))

    def _of(self, account: str) -> ApiClient | None:
        """As the settings say, else as the keeper has found out for the scopes of the handlers."""
        name = self._accounts.get(account)
        if name is None:
            for enabled in self._registry.enabled:
                scope = self._registry.scope_of(enabled.name)
                if scope is not None and account and scope["account_id"] == account:
                    name = enabled.identity
                    break
        return self._clients.get(name or "")
