"""What apps on mobile phones are told of calls: that one rings, rings no more, was picked up, was missed. Pure."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import Party, Session


class Mobile:
    """Watches the phones of people."""

    def __init__(self, exchange: Exchange, publish: Publish) -> None:
        self._account = exchange.account
        self._publish = publish
        self._ringing: set[str] = set()
        exchange.changed.append(self._changed)

    def _changed(self, session: Session, party: Party) -> None:
        rings = party.code == "Proceeding" and party.direction == "Inbound"
        if party.extension is None or not party.extension.is_user or rings == (party.id in self._ringing):
            return
        if rings:
            self._ringing.add(party.id)
            self._tell("start-ring", "StartRing", session, party)
            return
        self._ringing.discard(party.id)
        self._tell("stop-ring", "StopRing", session, party)
        if party.code == "Answered":
            self._tell("incoming-call-pickup", "IncomingCallPickup", session, party)
        elif party.missed:
            self._tell("missed-calls", "MissedCall", session, party)

    def _tell(self, kind: str, action: str, session: Session, party: Party) -> None:
        extension_id = party.extension.id if party.extension is not None else ""
        body: dict[str, Any] = {
            "extensionId": extension_id, "action": action, "sessionId": session.session_id,
            "telephonySessionId": session.id, "serverId": session.server_id, "from": party.from_.phone_number,
            "fromName": party.from_.name, "to": party.to.phone_number, "toName": party.to.name,
        }  # fmt: skip
        uri = f"/restapi/v1.0/account/{self._account.id}/extension/{extension_id}/{kind}"
        self._publish(Occurrence(kind, uri, body, (extension_id,)))
