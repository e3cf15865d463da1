"""Facts about calls: made by the fold (`switchhook.events.calls`) from whatever order parts arrive in."""

from __future__ import annotations

from dataclasses import dataclass

from switchhook.events.types.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """A fact about one party of one telephony session.

    `session_id` and `party_id` are the platform's (`s-…`, `p-…`), and name the party that acts on commands.
    `caller` and `callee` are telephone numbers in E.164 form, or extension numbers on internal calls, as the
    platform gives them. `direction` is "Inbound" or "Outbound" as seen from the extension. `queue_call` tells that
    the call came through a call queue, `queue_name` its name if the platform says it. `origin` is the platform's
    word for what made the call ("Call", "RingOut", "Conference", …), `role` the party's part in a conference
    ("Host", "Participant") or RingOut ("Initiator", "Target"). `log_session_id` is the session's number in the call
    log and in presence ("0" for a conference made by an app: never an identity).

    `overtaken`: by the time this was understood, later news of the same party was known already (it came out of
    order, or late). It did happen, once, at `at`; but it is history, no state to act on.
    """

    session_id: str
    party_id: str
    direction: str = "Inbound"
    caller: str = ""
    caller_name: str = ""
    callee: str = ""
    callee_name: str = ""
    queue_call: bool = False
    queue_name: str = ""
    origin: str = "Call"
    role: str = ""
    log_session_id: str = ""
    overtaken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(CallEvent):
    """A user's or queue agent's telephone rings. Once per session and party; not for an IVR, not for the far end
    of an outgoing call, not for the user's own telephone that a RingOut rings first.

    Comes also, `overtaken`, when the ring is learnt of after the answer or the end.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """A person (or device) of ours took the call, or the far end took a call of ours. Once per party.

    On a call to one of our extensions it is about the callee's party; on a call to the outside about our own party
    (the one that acts on commands), once the far end is known to have answered and our leg is up. Never from the
    caller's leg of an internal call: that says Answered before any human did.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    """The party pressed hold (not the one who is held)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(CallEvent):
    """The party took the call back, from hold or from where it was parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(CallEvent):
    """The call was parked; `park_id` is the location to dial ("*801"), "" in a park orbit.

    The platform tells it about the other party, often one outside the account.
    """

    park_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The whole session is over: every known party left for good. Once per session.

    `answered` tells whether any person had taken it, `reason` is the platform's word ("" after a normal hang-up).
    The party is the one the call was about: who took it, else whose telephone rang last, else the caller.
    `extension_ids` are all our extensions that had a part in it. `moved_to` names the session in which the call goes
    on (a warm transfer, a pickup), "" if nowhere. `voicemail`: it went to voicemail. `duration` is the seconds from
    the first news of the call to the last. `recording_ids` are the recordings that were made of it: not to be fetched
    yet (wait for `RecordingReady`), and perhaps never kept (those under 30 seconds are not).

    `complete`: nothing of the call is missing. False with a subscription for single extensions (the other parties' part
    is never told then) or when notifications were lost: `answered` is then what could be seen, no more.
    """

    answered: bool = False
    reason: str = ""
    extension_ids: tuple[str, ...] = ()
    moved_to: str = ""
    voicemail: bool = False
    duration: float = 0.0
    recording_ids: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed(CallEvent):
    """An incoming call of this extension ended and nobody took it. Somebody else answering is not a miss.

    Once per session and extension, when the whole session is over. `voicemail`: the caller reached voicemail.
    """

    voicemail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReady(Event):
    """A call recording can be fetched. Found by asking the call log, since the platform announces none.

    Once per recording (a transferred call has one for each leg), `at` the moment it was found. Only for calls that were
    seen to be recorded; not if it never appears (looked for 1, 2, 5 and 15 minutes after the end). `content_uri` wants
    an access token. `duration` is that of the call or leg, in seconds. `kind` is "Automatic" or "OnDemand";
    `direction`, `caller` and `callee` are those of the call log.
    """

    session_id: str
    recording_id: str
    content_uri: str = ""
    duration: float = 0.0
    kind: str = ""
    direction: str = ""
    caller: str = ""
    callee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(CallEvent):
    """Below the facts: a party has a new status. Once per (session, party, sequence).

    `status` and `reason` are the platform's words; of two spellings one is used ("Voicemail", "VoicemailScreening").
    `peer_session_id` names the session that a party with the status Gone went to.
    """

    status: str
    sequence: int
    reason: str = ""
    muted: bool = False
    peer_session_id: str = ""
