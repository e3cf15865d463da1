"""A call that waits in a queue until an agent takes it."""

from __future__ import annotations

from functools import partial

from switchhook.simulator.account import Extension
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import End, Party, Session


class QueueCall:
    """Rings the agents of one queue for one caller: all that are free at once, again and again.

    An agent's leg is first seen in Proceeding: it has no Setup of its own.
    """

    def __init__(self, exchange: Exchange, session: Session, queue: Extension, dialled: str) -> None:
        self._exchange = exchange
        self._session = session
        self._queue = queue
        self._dialled = dialled
        self._agents: list[Party] = []
        """The legs that were rung; some have ended since."""
        self._own: Party | None = None
        """The queue's own leg."""

    def start(self) -> None:
        """The caller reaches the queue, hears music, and agents ring."""
        exchange, session = self._exchange, self._session
        self._own = exchange.reach(session, self._queue, session.caller(), self._dialled)
        if exchange.routes(session, self._own):
            return
        exchange.move(session, self._own, "Answered")
        exchange.clock.call_later(exchange.times.queue, self._waited_long)
        self._ring()

    def answered(self, party: Party) -> None:
        """The others stop ringing, and the queue leaves the call."""
        for other in self._rung():
            if other is not party:
                self._exchange.leave(self._session, other, "AgentAnswered")
        if self._own is not None and self._own.alive:
            self._exchange.leave(self._session, self._own)

    def refused(self, party: Party, reason: str | None) -> None:
        """The queue looks on."""
        self._exchange.leave(self._session, party, reason or "NoAnswer")
        if not self._rung():
            self._exchange.clock.call_later(self._exchange.times.queue_pause, self._ring)

    def _rung(self) -> list[Party]:
        """Those that ring now."""
        return [each for each in self._agents if each.code == "Proceeding"]

    def _ring(self) -> None:
        exchange, session = self._exchange, self._session
        if self._own is None or self._own.code != "Answered" or self._rung():
            return
        extensions = (exchange.account.extensions[each] for each in self._queue.members)
        free = [each for each in extensions if exchange.accepts(each, True) and not exchange.calls_of(each)]
        if not free:
            exchange.clock.call_later(exchange.times.queue_pause, self._ring)
        for agent in free:
            to = End(self._dialled, agent.name, agent.id)
            party = Party(session.next_party_id(), "Inbound", agent, session.caller(), to, "Proceeding")
            party.queue_name = self._queue.name
            party.ringer = self
            party.ringing_devices = {each.id for each in agent.online_devices()}
            self._agents.append(party)
            exchange.join(session, party)
        for party in self._rung():
            exchange.after(exchange.times.agent, party, "Proceeding", partial(self.refused, party, None))

    def _waited_long(self) -> None:
        if self._own is None or self._own.code != "Answered" or any(each.answering for each in self._rung()):
            return
        for party in self._rung():
            self._exchange.leave(self._session, party, "NoAnswer")
        self._exchange.to_voicemail(self._session, self._own)
