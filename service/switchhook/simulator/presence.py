"""Presence: what each person's telephone is doing, told to whoever watches. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import invalid
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import Party, Session

SHOWN_CALLS = 7
_TELEPHONY = {
    "Setup": "Ringing",
    "Proceeding": "Ringing",
    "Answered": "CallConnected",
    "Hold": "OnHold",
    "Parked": "ParkedCall",
}
_USER = ("Offline", "Busy", "Available")
_QUEUES_OFF = ("DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls")
_DND = ("TakeAllCalls", "DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls", "TakeDepartmentCallsOnly", "Unknown")


@dataclass(slots=True)
class Own:
    """What a person set."""

    user_status: str = "Available"
    dnd_status: str = "TakeAllCalls"
    meets: bool = False
    message: str = ""
    allow_see_my_presence: bool = True
    ring_on_monitored_call: bool = False
    pick_up_calls_on_hold: bool = False
    sequence: int = 0
    last: dict[str, Any] | None = None
    glip: dict[str, Any] = field(default_factory=lambda: {"visibility": "Visible", "availability": "Available"})
    """Of unified presence: what a person says in team messaging."""


class Presence:
    """Presence of every user of the account."""

    def __init__(self, account: Account, exchange: Exchange, publish: Publish) -> None:
        self.of: defaultdict[str, Own] = defaultdict(Own, {each.id: Own() for each in account.users()})
        self._account = account
        self._exchange = exchange
        self._publish = publish
        self.favoured_by: Callable[[Extension], tuple[str, ...]] = lambda _: ()
        """Who has a person among the favourites: ids of extensions."""
        exchange.changed.append(self._telephony_changed)

    def plain(self, extension: Extension) -> dict[str, Any]:
        """Without calls."""
        own = self.of[extension.id]
        calls = self._exchange.calls_of(extension)
        codes = [_TELEPHONY.get(party.code, "NoCall") for _, party in calls]
        telephony = next(
            (each for each in ("CallConnected", "OnHold", "Ringing", "ParkedCall") if each in codes), "NoCall"
        )
        busy = telephony in ("CallConnected", "OnHold") or own.dnd_status == "DoNotAcceptAnyCalls"
        return {
            "extensionId": extension.id,
            "telephonyStatus": telephony,
            "presenceStatus": "Busy" if busy and own.user_status == "Available" else own.user_status,
            "userStatus": own.user_status,
            "meetingStatus": "Connected" if own.meets else "Disconnected",
            "dndStatus": own.dnd_status,
            "allowSeeMyPresence": own.allow_see_my_presence,
            "ringOnMonitoredCall": own.ring_on_monitored_call,
            "pickUpCallsOnHold": own.pick_up_calls_on_hold,
        }

    def calls(self, extension: Extension, *, sip: bool = False) -> dict[str, Any]:
        """The live calls, newest first, and how many there are."""
        alive = self._exchange.calls_of(extension)[::-1]
        return {
            "activeCalls": [_call(session, party, sip=sip) for session, party in alive[:SHOWN_CALLS]],
            "totalActiveCalls": len(alive),
        }

    def view(self, extension: Extension, base_url: str, *, detailed: bool, sip: bool = False) -> dict[str, Any]:
        """As GET answers it."""
        path = f"{base_url}/restapi/v1.0/account/{self._account.id}/extension/{extension.id}"
        own = self.of[extension.id]
        view = {
            "uri": f"{path}/presence",
            **self.plain(extension),
            "message": own.message,
            "extension": {"uri": path, "id": int(extension.id), "extensionNumber": extension.number},
        }
        del view["extensionId"]
        return view | (self.calls(extension, sip=sip) if detailed else {})

    def watchable(self, extension: Extension) -> bool:
        """Whether a person lets others see their presence."""
        return self.of[extension.id].allow_see_my_presence

    def accepts(self, extension: Extension, queue: bool) -> bool:
        """Whether a person takes calls now, and calls of queues."""
        status = self.of[extension.id].dnd_status if extension.is_user else "TakeAllCalls"
        return status not in (
            "DoNotAcceptAnyCalls",
            "DoNotAcceptDepartmentCalls" if queue else "TakeDepartmentCallsOnly",
        )

    def change(self, extension: Extension, body: Mapping[str, Any]) -> None:
        """A person sets it. Raises Refused (CMN-101)."""
        own = self.of[extension.id]
        for key, allowed in (("userStatus", _USER), ("dndStatus", _DND)):
            if body.get(key, allowed[0]) not in allowed:
                raise invalid(key)
        for key in ("allowSeeMyPresence", "ringOnMonitoredCall", "pickUpCallsOnHold"):
            if not isinstance(body.get(key, False), bool):
                raise invalid(key)
        own.user_status = body.get("userStatus", own.user_status)
        before, own.dnd_status = own.dnd_status, body.get("dndStatus", own.dnd_status)
        if before != own.dnd_status:
            self._tell_dnd(extension, before, own.dnd_status)
        own.message = str(body.get("message", own.message))[:75]
        own.allow_see_my_presence = body.get("allowSeeMyPresence", own.allow_see_my_presence)
        own.ring_on_monitored_call = body.get("ringOnMonitoredCall", own.ring_on_monitored_call)
        own.pick_up_calls_on_hold = body.get("pickUpCallsOnHold", own.pick_up_calls_on_hold)
        self._tell(extension)

    def meet(self, extension: Extension, begins: bool) -> None:
        """A video meeting of a person begins or ends."""
        self.of[extension.id].meets = begins
        self._tell(extension)

    def _tell_dnd(self, extension: Extension, before: str, now: str) -> None:
        """Of do-not-disturb, and whether calls of queues are taken."""
        account = f"/restapi/v1.0/account/{self._account.id}"
        uri = f"{account}/extension/{extension.id}/presence/dnd"
        self._publish(Occurrence("dnd", uri, {"extensionId": extension.id, "dndStatus": now}, (extension.id,)))
        if (before in _QUEUES_OFF) != (now in _QUEUES_OFF):
            for queue in self._account.extensions.values():
                if queue.type == "Department" and extension.id in queue.members:
                    body = {"extensionId": extension.id, "callQueueId": queue.id, "acceptCalls": now not in _QUEUES_OFF}
                    uri = f"{account}/call-queues/{queue.id}/presence"
                    self._publish(Occurrence("queue-presence", uri, body, (queue.id,)))

    def _telephony_changed(self, _session: Session, party: Party) -> None:
        if party.extension is not None and party.extension.is_user:
            self._tell(party.extension)

    def _tell(self, extension: Extension) -> None:
        """Filters without detail hear of it only when what they show changed."""
        own = self.of[extension.id]
        plain = self.plain(extension)
        plain_changed = plain != own.last
        own.last = plain
        own.sequence += 1
        sequence = own.sequence

        def body(query: Mapping[str, str]) -> dict[str, Any] | None:
            if query.get("detailedTelephonyState") != "true" and query.get("sipData") != "true":
                return {**plain, "sequence": sequence} if plain_changed else None
            calls = self.calls(extension, sip=query.get("sipData") == "true")
            return {**plain, "sequence": sequence, **calls}

        uri = f"/restapi/v1.0/account/{self._account.id}/extension/{extension.id}/presence"
        self._publish(Occurrence("presence", uri, body, (extension.id,)))
        colleagues = tuple(each.id for each in self._account.users() if each is not extension)
        self._publish(Occurrence("line-presence", uri, body, colleagues))
        self._publish(Occurrence("favorite-presence", uri, body, self.favoured_by(extension)))


def _call(session: Session, party: Party, *, sip: bool) -> dict[str, Any]:
    call: dict[str, Any] = {
        "id": f"{session.session_id}{party.id.rpartition('-')[2]}",
        "direction": party.direction,
        "queueCall": party.queue_name is not None,
        "from": party.from_.phone_number,
        "fromName": party.from_.name,
        "to": party.to.phone_number,
        "toName": party.to.name,
        "startTime": stamp(party.started_at or session.created),
        "telephonyStatus": _TELEPHONY.get(party.code, "NoCall"),
        "sessionId": session.session_id,
        "telephonySessionId": session.id,
        "partyId": party.id,
    }
    if sip:
        call["sipData"] = {
            "callId": party.id,
            "toTag": f"{party.id}-to",
            "fromTag": f"{party.id}-from",
            "remoteUri": f"sip:{party.from_.phone_number}@sip.switchhook.example",
            "localUri": f"sip:{party.to.phone_number}@sip.switchhook.example",
            "rcSessionId": session.session_id,
        }
    return call
