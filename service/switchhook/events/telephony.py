"""Telephony notifications: the platform's words for the states of a party, and the parts for the fold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.events.fields import moment, objects, text, whole
from switchhook.events.parts import Interpreted, Need, PartyPart, Source, nothing
from switchhook.notification import Envelope

SETUP, PROCEEDING, ANSWERED, HOLD, PARKED = "Setup", "Proceeding", "Answered", "Hold", "Parked"
VOICEMAIL, SCREENING, FAX = "Voicemail", "VoicemailScreening", "FaxReceive"
DISCONNECTED, GONE = "Disconnected", "Gone"

FINAL = frozenset({DISCONNECTED, GONE})
"""The party has left this session for good."""

_SPELLINGS = {
    each.lower(): each
    for each in (SETUP, PROCEEDING, ANSWERED, HOLD, PARKED, VOICEMAIL, SCREENING, FAX, DISCONNECTED, GONE)
} | {"vmscreening": SCREENING}

HANDED_ON = frozenset(
    {
        "BlindTransfer",
        "CallFlip",
        "CallPark",
        "CallRedirected",
        "CallSwitch",
        "CallerInputRedirect",
        "DtmfTransfer",
        "ParkLocation",
        "Pickup",
        "RccTransfer",
        "TakeOver",
    }
)
"""Reasons of leaving with which the call goes on in this session, with another party (RingCentral guide: call log
states). A warm transfer and a conference take it to another session: Gone, with a peer.
"""

TAKEN_ELSEWHERE = frozenset({"AgentAnswered", "CallFlip", "CallSwitch", "Pickup", "TakeOver"})
"""Reasons of leaving that say that somebody else, or another telephone, has the call."""

PASSED_ON = frozenset({"AttendedTransfer", "BlindTransfer", "DtmfTransfer", "RccTransfer"})
"""Reasons of leaving that say that this party sent the call to somebody else on purpose."""


def state_of(code: str) -> str:
    """The state in one spelling. The specification says "VoiceMail" and "VoiceMailScreening", the guide "Voicemail" and
    "VMScreening"; a word that we do not know is passed through.
    """
    return _SPELLINGS.get(code.lower(), code)


def read(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """One part per party (real notifications have exactly one). Identity: session, party, sequence."""
    del answers  # a telephony notification is complete in itself
    body = envelope.body
    session_id, sequence = text(body.get("telephonySessionId")), whole(body.get("sequence"))
    parties = [party for party in objects(body, "parties") if text(party.get("id"))]
    if not session_id or sequence is None or not parties:
        return nothing(envelope, source)
    rest = {name: value for name, value in body.items() if name != "parties"}
    at = moment(body.get("eventTime"), otherwise=envelope.timestamp or source.received_at)
    parts = tuple(
        PartyPart(
            source.named(f"call/{session_id}/{text(party.get('id'))}/{sequence}"),
            session_id,
            sequence,
            party,
            rest,
            source,
            at,
        )
        for party in parties
    )
    return Interpreted("+".join(part.identity for part in parts), parts)
