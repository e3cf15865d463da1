"""Builds the keeper of a worker process from its parts, and runs all of it as one thing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from switchhook.api.client import Client
from switchhook.clock import Clock
from switchhook.errors import StateError
from switchhook.events.codec import encode
from switchhook.events.types import Event
from switchhook.keeper.backfill import Backfill
from switchhook.keeper.chat_webhooks import ChatWebhooks
from switchhook.keeper.ear import Ear
from switchhook.keeper.listener import Listener, Patience
from switchhook.keeper.look import Look
from switchhook.keeper.loop import Cadence, Keeper
from switchhook.keeper.mender import Mender
from switchhook.keeper.plan import Policy
from switchhook.keeper.scopes import Scopes, user_of
from switchhook.keeper.standing import Owner
from switchhook.keeper.watch import Watch
from switchhook.log import Log
from switchhook.log.notes import EVENT, note
from switchhook.notification import Addresses
from switchhook.registry import Registry
from switchhook.settings import AppSettings, SubscriptionSettings
from switchhook.state import StateStore, Table
from switchhook.stopping import unless
from switchhook.telemetry import Metrics


class Keeping:
    """Subscriptions, chat webhooks, gaps and backfill of all identities.

    `owns` tells whether this process owns an identity now, `partition_of` where an account's entries of the state
    store are. Hand `ear` to the worker; call `wake` when what is owned has changed.
    """

    def __init__(
        self,
        clients: Mapping[str, Client],
        registry: Registry,
        addresses: Addresses,
        *,
        log: Log,
        store: StateStore,
        settings: AppSettings,
        clock: Clock,
        metrics: Metrics,
        owns: Callable[[str], bool] = lambda _identity: True,
        partition_of: Callable[[str], int] = lambda _account: 0,
        home: Callable[[str], int] = lambda _identity: 0,
    ) -> None:
        """`home`: the partition of an identity's account, as the settings say."""
        wanted = settings.subscriptions
        by_socket = frozenset(each.name for each in settings.identities if each.transport == "websocket")
        self._scopes = {each.name: Scopes(each.name, user_of(each), store) for each in settings.identities}
        self._registry = registry
        self._home = home
        watches = {
            name: Watch(
                name,
                store,
                partition_of,
                clock=clock,
                metrics=metrics,
                tell=_teller(log),
                by_socket=name in by_socket,
                scopes=self._scopes.get(name),
            )
            for name in clients
        }
        self.keeper = Keeper(
            clients,
            registry,
            addresses,
            clock=clock,
            metrics=metrics,
            policy=policy(wanted),
            cadence=Cadence(every=wanted.look_every),
            owns=owns,
            watches=watches,
            by_socket=by_socket,
        )
        self.ear = Ear(self.keeper, watches, clock)
        self.webhooks = _webhooks(settings, clients, store, partition_of, clock=clock, owns=owns)
        self.log = log
        self.clients = clients
        self.watches = watches
        self.listeners: dict[str, Listener] = {}
        self.connected: Callable[[str], bool] = lambda _identity: False
        """Whether the WebSocket of an identity stands and is subscribed; told by who runs the receivers."""
        self.owns = owns
        self._menders: list[Mender] = []
        for name, watch in watches.items():
            last_look = _last_look(self.keeper, name)
            self.listeners[name] = Listener(
                self.keeper.identities[name],
                watch,
                last_look=last_look,
                wake=partial(self.keeper.wake, name),
                clock=clock,
                metrics=metrics,
                patience=Patience(quiet=wanted.probe_after),
            )
            mender = Mender(
                watch,
                _backfill(clients[name], log, store, partition_of, clock),
                last_look=last_look,
                refresh=self.keeper.identities[name].forget_directory,
                clock=clock,
            )
            watch.closed = mender.wake
            self._menders.append(mender)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.keeper.run(stop))
            for webhooks in self.webhooks:
                group.create_task(webhooks.run(stop))
            for listener in self.listeners.values():
                group.create_task(unless(stop, listener.run()))
            for mender in self._menders:
                group.create_task(unless(stop, mender.run()))

    def wake(self) -> None:
        """Another partition is ours: believe the scopes of handlers that were stored last, and look now."""
        for name, scopes in self._scopes.items():
            if self.owns(name):
                with suppress(StateError):  # then the first look tells them
                    scopes.restore(self._home(name), self._registry)
        self.keeper.wake()
        for each in self.webhooks:
            each.wake()

    def subscriptions(self) -> list[dict[str, Any]]:
        """The last look at each identity, and when each subscription was last heard, for the admin API."""
        return [self.describe(look) for look in self.keeper.looks.values()]

    def describe(self, look: Look) -> dict[str, Any]:
        """One look, with what only a running worker knows."""
        found, heartbeats = look.describe(), self.watches[look.identity].heartbeats
        for each in found["existing"]:
            each["heard"] = _iso(heartbeats.last(each["id"]))
        found["heard"] = _iso(heartbeats.latest)
        if look.by_socket:
            found["connected"] = self.connected(look.identity)
            found["settled"] = found["settled"] and (found["connected"] or not look.wanted)
        return found

    def chat_webhooks(self) -> list[dict[str, Any]]:
        """The last look at each identity's webhooks, for the admin API."""
        return [each.look.describe() for each in self.webhooks if each.look is not None]

    def gaps(self) -> list[dict[str, Any]]:
        """All gaps of the identities that this worker owns, oldest first, for the admin API."""
        found = []
        for name, watch in self.watches.items():
            look = self.keeper.looks.get(name)
            if look is not None and look.owner is not None and self.owns(name):
                found += [each.describe() for each in watch.gaps.of(look.owner.account_id, name)]
        return sorted(found, key=lambda each: str(each["since"]))


def policy(wanted: SubscriptionSettings) -> Policy:
    """The numbers of the settings, for the plan."""
    return Policy(lifetime=wanted.lifetime, quota=wanted.quota, filters_each=wanted.filters_each)


def _webhooks(
    settings: AppSettings,
    clients: Mapping[str, Client],
    store: StateStore,
    partition_of: Callable[[str], int],
    *,
    clock: Clock,
    owns: Callable[[str], bool],
) -> list[ChatWebhooks]:
    """Of each identity that has some; every client knows the addresses of them all."""
    first = next(iter(clients), "")
    made = []
    for name, client in clients.items():
        declared = [each for each in settings.chat_webhooks if (each.identity or first) == name]
        if declared:
            made.append(ChatWebhooks(client, declared, store, partition_of, clock=clock, owns=partial(owns, name)))

    def address(name: str) -> str:
        keeper = next((each for each in made if name in each.names), None)
        if keeper is None:
            known = ", ".join(sorted(one for each in made for one in each.names)) or "none"
            raise ValueError(f"no webhook is called {name!r}; [[chat_webhooks]] in the settings declares {known}")
        return keeper.address(name)

    for client in clients.values():
        client.webhook_address = address
    return made


def _teller(log: Log) -> Callable[[Event], Any]:
    async def tell(event: Event) -> None:
        at = event.received_at.timestamp()
        await log.append([note(EVENT, encode(event), uuid=event.id, account=event.account_id, at=at, source="keeper")])

    return tell


def _backfill(
    client: Client, log: Log, store: StateStore, partition_of: Callable[[str], int], clock: Clock
) -> Callable[[Owner], Backfill]:
    def make(owner: Owner) -> Backfill:
        def heard_of(session: str) -> bool:
            return store.get(partition_of(owner.account_id), Table.CALLS, session) is not None

        return Backfill(client, log, owner, clock=clock, heard_of=heard_of)

    return make


def _last_look(keeper: Keeper, name: str) -> Callable[[], Any]:
    return lambda: keeper.looks.get(name)


def _iso(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at is not None else None
