"""The message store against a model of it: whatever happens in whatever order, lists and syncs tell the truth."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from switchhook.simulator.account import company
from switchhook.simulator.clock import ManualClock
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.mail.listing import listed, synced
from switchhook.simulator.mail.message import Message
from switchhook.simulator.mail.post_office import Messages
from switchhook.simulator.occurrences import Occurrence

OUTSIDE = "+14155550123"


class Mailbox(RuleBasedStateMachine):
    """One mailbox, a client that syncs it, and what we know to be in it."""

    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Occurrence] = []
        identifiers = Identifiers(0)
        account = company(identifiers)
        self.loop = asyncio.new_event_loop()
        self.clock = ManualClock()
        self.office = Messages(self.clock, identifiers, account, self.told.append)
        self.store = self.office.store
        self.owner = account.extension("101")
        self.known: dict[str, str] = {}
        """What is in the mailbox: id → availability."""
        self.copy: dict[str, str] = {}
        """What the client has."""
        self.token = self.sync({"syncType": ["FSync"]})

    def sync(self, query: dict[str, list[str]]) -> str:
        """The client takes over what it is told; returns the next token."""
        found, info = synced(self.store, self.owner, query, self.clock.now())
        self.copy |= {one.id: one.availability for one in found}
        token: str = info["syncToken"]
        return token

    def keep(self, message: Message) -> Message:
        self.known[message.id] = "Alive"
        return message

    @rule(target=messages, text=st.text(min_size=1, max_size=5))
    def receives(self, text: str) -> Message:
        return self.keep(self.office.receive_text(self.owner, OUTSIDE, text))

    @rule(target=messages)
    def sends(self) -> Message:
        return self.keep(self.office.send_text(self.owner, self.owner.phone_numbers[0], [OUTSIDE], "Hi"))

    @rule(target=messages)
    def hears(self) -> Message:
        return self.keep(self.office.leave_voicemail(self.owner, OUTSIDE))

    @rule(target=messages)
    def faxes(self) -> Message:
        return self.keep(self.office.receive_fax(self.owner, OUTSIDE))

    @rule(message=messages, read=st.booleans())
    def marks(self, message: Message, read: bool) -> None:
        if self.known[message.id] != "Purged":
            self.store.mark(message, read=read)
            assert message.read is read

    @rule(message=messages)
    def throws_away(self, message: Message) -> None:
        if self.known[message.id] != "Purged":
            self.store.delete(message)
            self.known[message.id] = "Deleted" if self.known[message.id] == "Alive" else "Purged"

    @rule(message=consumes(messages))
    def purges(self, message: Message) -> None:
        if self.known[message.id] != "Purged":
            self.store.delete(message, purge=True)
            self.known[message.id] = "Purged"

    @rule(seconds=st.floats(0.1, 30))
    def time_passes(self, seconds: float) -> None:
        self.loop.run_until_complete(self.clock.advance(seconds))

    @rule()
    def client_syncs(self) -> None:
        self.token = self.sync({"syncType": ["ISync"], "syncToken": [self.token]})
        assert self.copy == self.known

    @invariant()
    def lists_show_what_there_is(self) -> None:
        now = self.clock.now()
        for availability in ("Alive", "Deleted"):
            query: dict[str, Any] = {"availability": [availability]}
            shown = [one.id for one in listed(self.store, self.owner, query, now)]
            # younger than a day: the machine never waits for longer
            assert shown == [id_ for id_ in reversed(self.known) if self.known[id_] == availability]
        assert listed(self.store, self.owner, {}, now + timedelta(days=2)) == []

    @invariant()
    def every_change_is_told_once(self) -> None:
        changes = [one.body["changes"][0] for one in self.told if one.kind == "message-store"]  # type: ignore[index]
        assert len(changes) == self.store.changes
        assert sum(one["newCount"] for one in changes) == len(self.known)

    @invariant()
    def nothing_of_a_purged_message_is_left(self) -> None:
        for id_, availability in self.known.items():
            if availability == "Purged":
                message = self.store.mailboxes[self.owner.id][id_]
                assert (message.subject, message.attachments) == ("", ())
                assert self.store.find(self.owner, id_) is None

    def teardown(self) -> None:
        self.loop.close()


Mailbox.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestMailbox = Mailbox.TestCase
