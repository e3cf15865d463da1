"""What people do with telephones: call in through the menu, call out, pick up, hang up."""

from __future__ import annotations

from dataclasses import replace

from switchhook.simulator.account import Device, Extension
from switchhook.simulator.errors import Refused, invalid, operation_not_allowed
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.queues import QueueCall
from switchhook.simulator.telephony.session import RINGING, End, Party, Session


def call_in(exchange: Exchange, to: Extension, number: str, name: str) -> Session:
    """Somebody outside dials the main number, chooses `to` in the menu, and its devices ring.

    The order of notifications is that of real streams: the caller's leg, the menu's, the caller is answered, the menu
    leaves, the person's leg rings. A rule of the company may end the call at the menu, or send it past it.
    """
    account = exchange.account
    main = account.main_number
    session = exchange.open()
    caller = End(number, name)
    rule = exchange.at_the_door(number, main)
    outside = exchange.join(session, Party(session.next_party_id(), "Outbound", None, caller, End(main)))
    menu = account.menu
    if rule.get("callHandlingAction") == "Bypass" and rule.get("extension"):
        named = rule["extension"]  # by its id alone, or as an object
        chosen = account.extensions.get(str(named["id"] if isinstance(named, dict) else named), to)
        exchange.move(session, outside, "Answered")
        _arrive(exchange, session, chosen, caller, main)
        return session
    at_menu = Party(session.next_party_id(), "Inbound", menu, caller, End(main, menu.name, menu.id))
    exchange.join(session, at_menu)
    exchange.move(session, outside, "Answered")
    if rule.get("callHandlingAction") == "Disconnect":
        exchange.end(session)
        return session
    exchange.move(session, at_menu, "Disconnected")
    _arrive(exchange, session, to, caller, main)
    return session


def _arrive(exchange: Exchange, session: Session, to: Extension, caller: End, dialled: str) -> None:
    if to.type == "Department":
        QueueCall(exchange, session, to, dialled).start()
    else:
        exchange.ring(session, exchange.reach(session, to, caller, dialled))


def call_out(exchange: Exchange, caller: Extension, device: Device | None, target: str) -> Session:
    """A person of the company calls a number outside or a colleague. Raises Refused (CMN-101, TAS-106)."""
    colleague = exchange.account.by_number(target) or exchange.account.by_phone_number(target)
    if colleague is None and not is_phone_number(target):
        raise invalid("to")
    if device is not None and not device.online:
        raise operation_not_allowed()
    session = exchange.open()
    own = caller.number if colleague is not None else (caller.phone_numbers or [exchange.account.main_number])[0]
    from_ = End(own, caller.name, caller.id, device.id if device is not None else None)
    to = End(target, colleague.name, colleague.id) if colleague is not None else End(target)
    first = exchange.join(session, Party(session.next_party_id(), "Outbound", caller, from_, to))
    if colleague is None:
        exchange.later(0, lambda: _reach_outside(exchange, session, first, target))
    else:
        exchange.later(0, lambda: _reach_colleague(exchange, session, first, colleague, target))
    return session


def _reach_outside(exchange: Exchange, session: Session, first: Party, number: str) -> None:
    if first.alive:
        exchange.ring_outside(session, number, first.from_)
        exchange.move(session, first, "Proceeding")


def _reach_colleague(exchange: Exchange, session: Session, first: Party, colleague: Extension, number: str) -> None:
    """A caller inside the company is answered by the rules of the colleague, before the colleague is."""
    if not first.alive:
        return
    if colleague.type == "Department":
        exchange.move(session, first, "Answered")
        QueueCall(exchange, session, colleague, number).start()
        return
    second = exchange.reach(session, colleague, replace(first.from_, device_id=None), number)
    exchange.move(session, first, "Answered")
    exchange.ring(session, second)


def pick_up(
    exchange: Exchange, session_id: str, party_id: str | None, device_id: str | None, by: Extension | None = None
) -> Session:
    """A person answers a phone that rings. Raises LookupError (no such call), ValueError (nothing rings)."""
    session = find(exchange, session_id)
    party = ringing(session, party_id, by)
    if device_id is None and party.ringing_devices:
        device_id = min(party.ringing_devices)
    exchange.picked_up(session, party, device_id)
    return session


def ringing(session: Session, party_id: str | None, by: Extension | None) -> Party:
    """The leg that rings, or one of several. Raises ValueError."""
    found = [
        each
        for each in session.parties
        if each.direction == "Inbound" and each.code in RINGING and party_id in (None, each.id)
        if by in (None, each.extension)
    ]
    if not found:
        codes = ", ".join(f"{each.id} {each.code}" for each in session.parties)
        raise ValueError(f"nothing rings in {session.id}: {codes}")
    return found[-1] if by is None and found[-1].ringer is None else found[0]


def find(exchange: Exchange, session_id: str) -> Session:
    """A live session. Raises LookupError naming those there are."""
    try:
        return exchange.session(session_id)
    except Refused:
        there = ", ".join(exchange.sessions) or "none"
        raise LookupError(f"no live session {session_id!r}; there are: {there}") from None


def is_phone_number(text: str) -> bool:
    """Whether it could be dialled outside: digits, with or without `+`."""
    digits = text.removeprefix("+")
    return digits.isdigit() and 3 <= len(digits) <= 15
