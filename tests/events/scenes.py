"""Calls beyond the published streams, built from the platform's documented states and reasons."""

from __future__ import annotations

from tests.events.streams import CALLER, MAIN, OUTSIDE, Stream, leg, person

MOVED_TO = "s-00000000000000000000000000000002"


def _peer(session: str = MOVED_TO) -> dict[str, object]:
    return {"peerId": {"sessionId": "429180488016", "telephonySessionId": session, "partyId": f"p-{session[2:]}-2"}}


def queue() -> list[bytes]:
    """Two agents of a queue ring at once, the second takes the call. Agents begin with the ring."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    itself = leg(stream, 2, "queue", "Inbound", (CALLER, person("queue", MAIN["phoneNumber"])))
    first = leg(stream, 3, "101", "Inbound", (CALLER, person("101", MAIN["phoneNumber"])))
    second = leg(stream, 4, "102", "Inbound", (CALLER, person("102", MAIN["phoneNumber"])))
    agent = {"queueCall": True, "uiCallInfo": {"primary": {"type": "QueueName", "value": "Sales"}}}
    caller("Setup"), itself("Setup"), caller("Answered")
    first("Proceeding", **agent), second("Proceeding", **agent), second("Answered", later=5.0, **agent)
    first("Disconnected", "AgentAnswered", missedCall=True, **agent), itself("Disconnected", "AgentAnswered")
    second("Disconnected", later=20.0, **agent), caller("Disconnected")
    return stream.sent


def queue_without_reasons() -> list[bytes]:
    """The same, but the queue's own party says Answered, and who loses leaves without a reason."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    itself = leg(stream, 2, "queue", "Inbound", (CALLER, person("queue", MAIN["phoneNumber"])))
    first = leg(stream, 3, "101", "Inbound", (CALLER, person("101", MAIN["phoneNumber"])))
    second = leg(stream, 4, "102", "Inbound", (CALLER, person("102", MAIN["phoneNumber"])))
    caller("Setup"), itself("Setup"), itself("Answered"), caller("Answered")
    first("Proceeding", queueCall=True), second("Proceeding", queueCall=True), second("Answered", queueCall=True)
    first("Disconnected", missedCall=True), itself("Disconnected"), caller("Disconnected"), second("Disconnected")
    return stream.sent


def queue_voicemail() -> list[bytes]:
    """Nobody takes it, and the caller ends in the queue's voicemail."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    itself = leg(stream, 2, "queue", "Inbound", (CALLER, person("queue", MAIN["phoneNumber"])))
    agent = leg(stream, 3, "101", "Inbound", (CALLER, person("101", MAIN["phoneNumber"])))
    caller("Setup"), itself("Setup"), caller("Answered"), agent("Proceeding", queueCall=True)
    agent("Disconnected", "NoAnswer", queueCall=True, missedCall=True, later=20.0)
    itself("VoiceMail"), itself("Disconnected", later=10.0), caller("Disconnected")
    return stream.sent


def blind_transfer() -> list[bytes]:
    """Ann takes the call and sends it to Bob, who takes it."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    bob = leg(stream, 3, "102", "Inbound", (CALLER, person("102")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann("Answered")
    ann("Disconnected", "BlindTransfer", later=5.0), bob("Setup"), bob("Proceeding"), bob("Answered", later=3.0)
    caller("Disconnected", later=9.0), bob("Disconnected")
    return stream.sent


def forwarded_and_not_taken() -> list[bytes]:
    """Ann's telephone rings, the call is forwarded to Bob, who does not take it."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    bob = leg(stream, 3, "102", "Inbound", (CALLER, person("102")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding")
    ann("Disconnected", "BlindTransfer"), bob("Setup"), bob("Proceeding")
    caller("Disconnected", later=20.0), bob("Disconnected", missedCall=True)
    return stream.sent


def forwarded_outside() -> list[bytes]:
    """Ann's calls go to her mobile, which takes it."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    mobile = leg(stream, 3, None, "Inbound", (CALLER, OUTSIDE))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding")
    ann("Disconnected", "BlindTransfer"), mobile("Proceeding"), mobile("Answered", later=4.0)
    mobile("Disconnected", later=5.0), caller("Disconnected")
    return stream.sent


def warm_transfer() -> list[bytes]:
    """Ann joins the caller with Bob, whom she has on another call: this session is over, the call is not."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann("Answered"), ann("Hold", later=4.0)
    caller("Gone", "AttendedTransfer", status=_peer(), later=9.0), ann("Disconnected", "AttendedTransfer")
    return stream.sent


def park_and_pickup() -> list[bytes]:
    """Ann parks the caller (told of the caller's leg), Bob picks up."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    bob = leg(stream, 3, "102", "Inbound", (CALLER, person("102")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann("Answered")
    caller("Parked", status={"parkData": "*801"}, park={"id": "*801"}), ann("Disconnected", "CallPark")
    bob("Answered", "Pickup", later=30.0), caller("Answered"), bob("Disconnected", later=9.0), caller("Disconnected")
    return stream.sent


def voicemail(spelling: str = "Voicemail") -> list[bytes]:
    """Nobody takes the call, the caller reaches Ann's voicemail."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann(spelling, later=20.0)
    caller("Disconnected", later=9.0), ann("Disconnected")
    return stream.sent


def missed() -> list[bytes]:
    """The caller gives up while Ann's telephone rings."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding")
    caller("Disconnected", later=9.0), ann("Disconnected", missedCall=True)
    return stream.sent


def conference(session: str = "s-00000000000000000000000000000009") -> list[bytes]:
    """A conference made by an app: the legacy number is "0"; host, and two participants brought in."""
    stream = Stream(session, "0", "Conference")
    room = {"name": "Conference", "phoneNumber": "conference"}
    host = leg(stream, 1, "101", "Outbound", (person("101"), room))
    one = leg(stream, 2, None, "Inbound", (person("101"), CALLER))
    two = leg(stream, 3, "102", "Inbound", (person("101"), person("102")))
    host("Setup", conferenceRole="Host"), host("Answered", conferenceRole="Host")
    one("Answered", conferenceRole="Participant", later=5.0), two("Answered", conferenceRole="Participant", later=5.0)
    one("Disconnected", conferenceRole="Participant", later=60.0)
    host("Disconnected", conferenceRole="Host", later=9.0), two("Disconnected", conferenceRole="Participant")
    return stream.sent


def ring_out() -> list[bytes]:
    """A RingOut: first the initiator's own telephone rings, then the number called."""
    stream = Stream(origin="RingOut")
    own = leg(stream, 1, "101", "Inbound", (OUTSIDE, person("101")))
    target = leg(stream, 2, None, "Inbound", (person("101"), OUTSIDE))
    own("Proceeding", ringOutRole="Initiator"), own("Answered", ringOutRole="Initiator", later=4.0)
    target("Proceeding", ringOutRole="Target"), target("Answered", ringOutRole="Target", later=6.0)
    target("Disconnected", ringOutRole="Target", later=9.0), own("Disconnected", ringOutRole="Initiator")
    return stream.sent


def supervised() -> list[bytes]:
    """Cid listens to Ann's call for a while."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    cid = leg(stream, 3, "103", "Inbound", (CALLER, person("103")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann("Answered")
    cid("Answered", "Supervising"), cid("Disconnected", later=9.0)
    caller("Disconnected", later=9.0), ann("Disconnected")
    return stream.sent


def flip() -> list[bytes]:
    """Ann goes on with another of her telephones."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    other = leg(stream, 3, "101", "Inbound", (CALLER, person("101")))
    caller("Setup"), ann("Setup"), caller("Answered"), ann("Proceeding"), ann("Answered")
    other("Proceeding", later=9.0), other("Answered"), ann("Disconnected", "CallFlip")
    other("Disconnected", later=9.0), caller("Disconnected")
    return stream.sent


def strange_words() -> list[bytes]:
    """States and reasons that nobody documented."""
    stream = Stream()
    caller = leg(stream, 1, None, "Outbound", (CALLER, MAIN))
    ann = leg(stream, 2, "101", "Inbound", (CALLER, person("101")))
    caller("Setup"), ann("Setup"), ann("Tds"), ann("Proceeding"), ann("Levitating", "Whim"), ann("Answered")
    ann("Disconnected", "Undefined"), caller("Disconnected", "Whim")
    return stream.sent


RINGS, ANSWERS, ENDS, MISSED = "CallRinging", "CallAnswered", "CallEnded", "CallMissed"

SCENES = {
    queue: [f"101 {RINGS}", f"102 {RINGS}", f"102 {ANSWERS}", f"102 {ENDS}"],
    queue_without_reasons: [f"101 {RINGS}", f"102 {RINGS}", f"102 {ANSWERS}", f"102 {ENDS}"],
    queue_voicemail: [f"101 {RINGS}", f"101 {ENDS}", f"101 {MISSED}", f"queue {MISSED}"],
    blind_transfer: [f"101 {RINGS}", f"101 {ANSWERS}", f"102 {RINGS}", f"102 {ANSWERS}", f"101 {ENDS}"],
    forwarded_and_not_taken: [f"101 {RINGS}", f"102 {RINGS}", f"102 {ENDS}", f"102 {MISSED}"],
    forwarded_outside: [f"101 {RINGS}", f" {ANSWERS}", f"101 {ENDS}"],
    warm_transfer: [f"101 {RINGS}", f"101 {ANSWERS}", "101 CallHeld", f"101 {ENDS}"],
    park_and_pickup: [
        f"101 {RINGS}",
        f"101 {ANSWERS}",
        "101 CallParked",
        f"102 {ANSWERS}",
        "102 CallResumed",
        f"101 {ENDS}",
    ],
    voicemail: [f"101 {RINGS}", f"101 {ENDS}", f"101 {MISSED}"],
    missed: [f"101 {RINGS}", f"101 {ENDS}", f"101 {MISSED}"],
    conference: [f"101 {ANSWERS}", f"102 {ANSWERS}", f"101 {ENDS}"],
    ring_out: [f"101 {ANSWERS}", f"101 {ENDS}"],
    supervised: [f"101 {RINGS}", f"101 {ANSWERS}", f"101 {ENDS}"],
    flip: [f"101 {RINGS}", f"101 {ANSWERS}", f"101 {RINGS}", f"101 {ANSWERS}", f"101 {ENDS}"],
    strange_words: [f"101 {RINGS}", f"101 {ANSWERS}", f"101 {ENDS}"],
}
"""Each scene, and the facts that it tells in order."""
