"""What people do, as verbs in Python: they call, answer, hang up, text, fax, post. `steering` has them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused
from switchhook.simulator.filters import kind_of
from switchhook.simulator.mail.message import Message
from switchhook.simulator.mail.post_office import Upload
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.resources.media import png
from switchhook.simulator.telephony import commands, conferences, scenes, transfers
from switchhook.simulator.telephony.session import TALKING, Party, Session
from switchhook.simulator.telephony.views import session_view
from switchhook.simulator.wire.assertions import read_key
from switchhook.simulator.world import World

STRANGER = "+16505550100"


class Verbs:
    """The verbs of `Platform`. A call is answered as `{"telephonySessionId", "sessionId", "parties"}`.

    Extensions go by number, id or direct number. All raise LookupError for what does not exist and ValueError for what
    cannot be done now.
    """

    world: World

    async def ring(self, to: str = "101", from_: str = STRANGER, name: str = "Joe Caller") -> dict[str, Any]:
        """A PSTN caller dials the main number, passes the IVR and reaches extension `to` (the sequence of a real call).

        Returns when the party of `to` rings, or the agents of a queue do; notifications follow.
        """
        return self._call(scenes.call_in(self.world.exchange, self._extension(to), from_, name))

    async def dial(self, from_: str = "101", to: str = STRANGER) -> dict[str, Any]:
        """A person of the company calls a number or a colleague. Returns the session when `to` rings."""
        caller = self._extension(from_)
        device = next(iter(caller.online_devices()), None)
        with _said():
            return self._call(scenes.call_out(self.world.exchange, caller, device, to))

    async def answer(
        self, session_id: str, party_id: str | None = None, device_id: str | None = None, by: str | None = None
    ) -> dict[str, Any]:
        """The person whose phone rings picks up; `by` says which, if several ring."""
        return self._call(scenes.pick_up(self.world.exchange, session_id, party_id, device_id, self._maybe(by)))

    async def reject(self, session_id: str, party_id: str | None = None, by: str | None = None) -> dict[str, Any]:
        """The person whose phone rings does not want the call: voicemail takes it, or the queue looks on."""
        session = scenes.find(self.world.exchange, session_id)
        with _said():
            commands.reject(self.world.exchange, session, scenes.ringing(session, party_id, self._maybe(by)))
        return self._call(session)

    async def hold(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """A person presses hold."""
        session, party = self._talking(session_id, party_id)
        with _said():
            commands.hold(self.world.exchange, session, party)
        return self._call(session)

    async def unhold(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """A person takes the call back from hold."""
        session, party = self._talking(session_id, party_id)
        with _said():
            commands.unhold(self.world.exchange, session, party)
        return self._call(session)

    async def transfer(self, session_id: str, to: str, party_id: str | None = None) -> dict[str, Any]:
        """A person sends the call on, unannounced, to an extension or a number."""
        session, party = self._talking(session_id, party_id)
        with _said():
            transfers.transfer(self.world.exchange, session, party, {"phoneNumber": to})
        return self._call(session)

    async def bridge(self, session_id: str, other_session_id: str) -> dict[str, Any]:
        """A person who talks in two calls puts the two others together: a warm transfer."""
        session, party = self._talking(session_id, None)
        other = scenes.find(self.world.exchange, other_session_id)
        own = next((each for each in other.alive_parties() if each.extension is party.extension), None)
        if own is None:
            raise ValueError(f"who talks in {session_id} is not in {other_session_id}")
        with _said():
            body = {"telephonySessionId": other.id, "partyId": own.id}
            transfers.bridge(self.world.exchange, session, party, body)
        return self._call(session)

    async def park(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """A person parks the caller. Returns the call and its `location`, such as "*801"."""
        session, party = self._talking(session_id, party_id)
        with _said():
            location = transfers.park(self.world.exchange, session, party)
        return {**self._call(session), "location": location}

    async def pick_up(self, location: str, by: str = "102") -> dict[str, Any]:
        """A person fetches a parked caller."""
        exchange, extension = self.world.exchange, self._extension(by)
        if location not in exchange.parked:
            raise LookupError(f"nothing is parked at {location!r}; there is {', '.join(exchange.parked) or 'nothing'}")
        session, party = exchange.parked[location]
        device = next((each.id for each in extension.online_devices()), "")
        transfers.pick_up_parked(exchange, session, party, extension, device)
        return self._call(session)

    async def record(self, session_id: str, party_id: str | None = None, automatic: bool = False) -> dict[str, Any]:
        """A call is recorded from now on. Returns the recording."""
        session, party = self._talking(session_id, party_id)
        with _said():
            recording = commands.start_recording(self.world.exchange, session, party, automatic=automatic)
        return {"id": recording.id, "active": recording.active}

    async def open_conference(self, host: str = "101") -> dict[str, Any]:
        """A person opens a conference; their phone must join it within 38 s."""
        return self._call(conferences.create(self.world.exchange, self._extension(host)))

    async def bring_in(self, session_id: str, other_session_id: str) -> dict[str, Any]:
        """Whom the host talks to in another call goes on in the conference."""
        room, other = (scenes.find(self.world.exchange, each) for each in (session_id, other_session_id))
        host = self.world.exchange.hosts.get(room.id)
        leg = next((each for each in other.alive_parties() if each.extension is not host), None)
        if leg is None:
            raise ValueError(f"nobody else is in {other_session_id}")
        with _said():
            body = {"telephonySessionId": other.id, "partyId": leg.id}
            conferences.bring_in(self.world.exchange, room, body)
        return self._call(room)

    async def ring_out(self, from_: str = "101", to: str = STRANGER) -> dict[str, Any]:
        """A person has the platform call them and then somebody else. Returns the ids of both sessions."""
        owner = self._extension(from_)
        number = next(iter(owner.phone_numbers), owner.number)
        started = self.world.ring_outs.start(owner, number, to)
        return {"id": started.id, "first": started.first.id, "second": started.second.id}

    async def join_conference(self, session_id: str) -> dict[str, Any]:
        """The host's phone calls into a conference with its token."""
        session = scenes.find(self.world.exchange, session_id)
        if not session.is_conference:
            raise ValueError(f"{session_id} is no conference")
        conferences.host_joins(self.world.exchange, session)
        return self._call(session)

    async def hang_up(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """Somebody hangs up: every party leaves; with `party_id` that one, and whoever is left alone."""
        session = scenes.find(self.world.exchange, session_id)
        if party_id is None:
            self.world.exchange.end(session)
        else:
            with _said():
                _, party = self.world.exchange.party(session_id, party_id)
            commands.drop(self.world.exchange, session, party)
        return self._call(session)

    async def phone(self, device_id: str, online: bool = True) -> dict[str, Any]:
        """A phone goes off line, or comes back."""
        found = self.world.account.device(device_id)
        if found is None:
            raise LookupError(f"no device {device_id!r}")
        found[1].online = online
        return {"deviceId": device_id, "online": online, "extensionNumber": found[0].number}

    async def application_key(self, key: str) -> dict[str, Any]:
        """The application has a key pair: what it signs is believed by this public key (PEM, RSA)."""
        read_key(key)
        self.world.oauth.application.public_key = key
        return {"client_id": self.world.oauth.application.client_id}

    async def meeting(self, extension: str = "101", begins: bool = True) -> dict[str, Any]:
        """A person's video meeting begins, or ends. Returns the presence."""
        person = self._extension(extension)
        self.world.presence.meet(person, begins)
        return self.world.presence.plain(person)

    async def voicemail(
        self, to: str = "101", from_: str = STRANGER, seconds: int = 12, said: str = "Please call me back."
    ) -> dict[str, Any]:
        """Somebody leaves a message; its transcript follows. Returns the message."""
        owner = self._extension(to)
        return self._message(owner, self.world.messages.leave_voicemail(owner, from_, seconds=seconds, said=said))

    async def text(
        self, to: str = "101", from_: str = STRANGER, text: str = "Hello", others: tuple[str, ...] = (),
        pictures: int = 0,
    ) -> dict[str, Any]:  # fmt: skip
        """A text comes in; to `others` too it is a group text, with pictures an MMS. Returns the message."""
        owner = self._extension(to)
        files = [Upload(f"picture{at + 1}.png", "image/png", png()) for at in range(pictures)]
        return self._message(owner, self.world.messages.receive_text(owner, from_, text, others=others, files=files))

    async def fax(self, to: str = "101", from_: str = STRANGER, pages: int = 1) -> dict[str, Any]:
        """A fax comes in. Returns the message. Raises ValueError if its sender is blocked."""
        owner = self._extension(to)
        if self.world.blocks(owner, from_, fax=True):
            raise ValueError(f"{owner.number} takes no faxes from {from_ or 'unknown numbers'}")
        return self._message(owner, self.world.messages.receive_fax(owner, from_, pages))

    async def post(self, chat: str, text: str, by: str = "102") -> dict[str, Any]:
        """A person posts in a chat (id or name). Returns the post."""
        author = self._extension(by)
        try:
            found = self.world.chats.chat(chat)
        except Refused:
            names = ", ".join(each.name for each in self.world.chats.all.values() if each.name)
            raise LookupError(f"no chat {chat!r}; there are {names}") from None
        with _said():
            return dict(self.world.chats.post(found, author, text))

    async def notify(self, event: str, body: dict[str, Any]) -> dict[str, Any]:
        """Tell whoever subscribed of something that nothing here causes: A2P texts, message threads, insights, numbers.

        `event`: an address such as /restapi/v1.0/account/~/a2p-sms/messages; what is in the body decides which filters
        let it through. Returns how many notifications that makes.
        """
        path = event.replace("/account/~", f"/account/{self.world.account.id}")
        known = kind_of(path)
        if known is None:
            raise LookupError(f"no event filter is for {event!r}")
        kind, names = known
        facts = {name: _words(body.get(name)) for name in kind.selects}
        extensions: tuple[str, ...] = (names["extension"],) if "extension" in names else ()
        if "/account/" not in path:  # such filters are about whoever subscribed
            extensions = tuple(self.world.account.extensions)
        occurrence = Occurrence(kind.name, path, body, extensions, facts)
        told = sum(1 for _ in self.world.subscriptions.matching(occurrence))
        self.world.publish(occurrence)
        return {"event": path, "notifications": told}

    def _extension(self, which: str) -> Extension:
        return self.world.account.extension(which)

    def _maybe(self, which: str | None) -> Extension | None:
        return None if which is None else self._extension(which)

    def _message(self, owner: Extension, message: Message) -> dict[str, Any]:
        return message.view(self.world.messages.store.path(owner))

    def _talking(self, session_id: str, party_id: str | None) -> tuple[Session, Party]:
        session = scenes.find(self.world.exchange, session_id)
        for party in session.parties:
            if party.code in TALKING and party.extension is not None and party_id in (None, party.id):
                return session, party
        raise ValueError(f"nobody of the company talks in {session_id}")

    def _call(self, session: Session) -> dict[str, Any]:
        return {
            "telephonySessionId": session.id,
            "sessionId": session.session_id,
            "parties": session_view(session, self.world.account.id)["parties"],
        }


def _words(value: Any) -> tuple[str, ...]:
    """What a filter may ask of a value of a body."""
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


@contextmanager
def _said() -> Iterator[None]:
    """What the platform refuses is a ValueError for who drives it from Python."""
    try:
        yield
    except Refused as refusal:
        raise ValueError(f"{refusal.code}: {refusal.message}") from None
