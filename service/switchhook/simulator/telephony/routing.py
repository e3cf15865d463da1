"""Where a call goes that reaches an extension: on to somebody else, to voicemail, nowhere, or on to its phones."""

from __future__ import annotations

from collections.abc import Callable

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.rules import Document, Settings, applied, blocks
from switchhook.simulator.telephony.session import RINGING, Party, Session
from switchhook.simulator.telephony.transfers import reach, read_target

MOST_REDIRECTIONS = 5
"""Two rules may send a call to one another: then it ends at the last one's phones."""

RING, RINGS = 5.0, 4
"""Seconds of one ring, and how often a forwarding number rings unless a rule says otherwise."""


class Routing:
    """Applies what people wrote. `settings`: of an extension, of the company without one."""

    def __init__(self, exchange: Exchange, settings: Callable[[Extension | None], Settings]) -> None:
        self._exchange = exchange
        self._settings = settings

    def blocks(self, extension: Extension, caller: str, *, fax: bool = False) -> bool:
        """Whether somebody is not let through."""
        return blocks(self._settings(extension), caller, fax=fax)

    def route(self, session: Session, party: Party) -> bool:
        """Take a call that reached an extension elsewhere; False if its phones are to ring."""
        extension, caller = party.extension, party.from_.phone_number
        if extension is None:
            return False
        settings = self._settings(extension)
        if blocks(settings, caller):
            self._refuse(session, party, "Rejected")
            return True
        rule = applied(settings, self._exchange.clock.now(), caller, party.to.phone_number) or {}
        match rule.get("callHandlingAction"):
            case "TakeMessagesOnly":
                self._exchange.to_voicemail(session, party)
            case "PlayAnnouncementOnly":
                self._refuse(session, party, None)
            case "UnconditionalForwarding" | "TransferToExtension" as action:
                return self._redirect(session, party, _onward(rule, action))
            case _:
                return False
        return True

    def forward(self, session: Session, party: Party) -> bool:
        """The next forwarding number rings: the leg stays as it is, and whoever picks up there answers it."""
        exchange, extension = self._exchange, party.extension
        if extension is None or party.code not in RINGING:
            return False
        rule = applied(self._settings(extension), exchange.clock.now(), party.from_.phone_number, party.to.phone_number)
        rings = _rings(rule or {})
        if party.forwarded >= len(rings):
            return False
        seconds = rings[party.forwarded] * RING
        party.forwarded += 1
        party.ringing_devices.clear()
        exchange.after(seconds, party, party.code, lambda: exchange.refuse(session, party, None))
        return True

    def takes_messages(self, extension: Extension, caller: str, dialled: str) -> bool:
        """Whether voicemail is on in the rule that a call fell under."""
        rule = applied(self._settings(extension), self._exchange.clock.now(), caller, dialled) or {}
        enabled: bool = (rule.get("voicemail") or {}).get("enabled", True)
        return enabled

    def at_the_door(self, caller: str, dialled: str) -> Document:
        """The company's own rule for a call to its main number."""
        return applied(self._settings(None), self._exchange.clock.now(), caller, dialled) or {}

    def _refuse(self, session: Session, party: Party, reason: str | None) -> None:
        self._exchange.leave(session, party, reason)
        self._exchange.hang_up_lonely(session)

    def _redirect(self, session: Session, party: Party, onward: Document) -> bool:
        exchange = self._exchange
        gone = sum(each.reason == "CallRedirected" for each in session.parties)
        if not any(onward.values()) or gone >= MOST_REDIRECTIONS:
            return False
        try:
            target = read_target(exchange, onward)
        except Refused:  # a number that is none, somebody who is gone: what was written leads nowhere
            return False
        with exchange.kept(session):
            exchange.move(session, party, "Disconnected", "CallRedirected")
            reach(exchange, session, target, party.from_)
        return True


def _rings(rule: Document) -> list[int]:
    """How often each forwarding number of a rule rings, in their order."""
    forwarding = (rule.get("forwarding") or {}).get("rules") or ()
    steps = sorted((each for each in forwarding if each.get("enabled", True)), key=lambda each: each.get("index", 0))
    return [int(each.get("ringCount") or RINGS) for each in steps for _ in each.get("forwardingNumbers") or ()]


def _onward(rule: Document, action: str) -> Document:
    if action == "UnconditionalForwarding":
        return {"phoneNumber": (rule.get("unconditionalForwarding") or {}).get("phoneNumber")}
    return {"extensionId": ((rule.get("transfer") or {}).get("extension") or {}).get("id")}
