"""Whatever people and applications do with calls, in whatever order: what must hold of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.simulator.account import Extension, company
from switchhook.simulator.clock import ManualClock
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.telephony import commands, conferences, scenes, transfers
from switchhook.simulator.telephony.call_log import CallLog
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.ring_out import RingOuts
from switchhook.simulator.telephony.routing import Routing
from switchhook.simulator.telephony.rules import Settings
from switchhook.simulator.telephony.session import Party, Session

ENDED = {"Disconnected", "Gone"}
FOLLOWS = {
    None: {"Setup", "Proceeding", "Answered"},
    "Setup": {"Proceeding", "Answered", "Voicemail", *ENDED},
    "Proceeding": {"Answered", "Voicemail", *ENDED},
    "Answered": {"Answered", "Hold", "Parked", "Voicemail", *ENDED},
    "Hold": {"Hold", "Answered", "Parked", *ENDED},
    "Parked": {"Answered", *ENDED},
    "Voicemail": ENDED,
    "Disconnected": set(),
    "Gone": set(),
}
"""Which state may follow which. A queue answers before its voicemail does; mute and recording change no state."""

EXTENSIONS = ("101", "102", "103", "200")
TARGETS = (
    {"extensionNumber": "102"}, {"phoneNumber": "+14155550123"}, {"extensionNumber": "200"}, {"phoneNumber": "103"}
)  # fmt: skip
RULES: tuple[dict[str, Any], ...] = (
    {}, {"callHandlingAction": "TakeMessagesOnly"}, {"callHandlingAction": "PlayAnnouncementOnly"},
    {"callHandlingAction": "TransferToExtension"}, {"callHandlingAction": "Disconnect"},
    {"voicemail": {"enabled": False}},
    {"forwarding": {"rules": [{"ringCount": 2, "forwardingNumbers": [{"phoneNumber": "+14155550199"}]}]}},
    {"callHandlingAction": "UnconditionalForwarding", "unconditionalForwarding": {"phoneNumber": "+14155550199"}},
    {"callHandlingAction": "UnconditionalForwarding", "unconditionalForwarding": {"phoneNumber": "nonsense"}},
)  # fmt: skip
pick = st.integers(0, 1_000)


class Calls(RuleBasedStateMachine):
    """Drives an exchange by everything that can be done with calls; a refusal is an answer like any other."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        identifiers = Identifiers(1)
        self.account = company(identifiers)
        self.told: list[Occurrence] = []
        self.exchange = Exchange(self.clock, identifiers, self.account, self.told.append, 1)
        self.log = CallLog(self.exchange)
        self.ring_outs = RingOuts(self.exchange)
        self.rules: dict[str, tuple[Any, Any]] = {}
        routing = Routing(self.exchange, self.settings_of)
        self.exchange.routes, self.exchange.takes_messages = routing.route, routing.takes_messages
        self.exchange.at_the_door, self.exchange.forwards = routing.at_the_door, routing.forward
        self.checked = 0
        self.codes: dict[str, str | None] = defaultdict(lambda: None)
        self.sequences: dict[str, int] = {}

    def settings_of(self, extension: Extension | None) -> Settings:
        rule, blocking = self.rules.get(extension.number if extension is not None else "", ({}, {}))
        return Settings([{"type": "BusinessHours", **rule}], {}, 0, blocking, ())

    def session(self, at: int) -> Session:
        there = list(self.exchange.sessions.values())
        return there[at % len(there)]

    def leg(self, at: int) -> tuple[Session, Party]:
        there = [(each, party) for each in self.exchange.sessions.values() for party in each.alive_parties()]
        return there[at % len(there)]

    def device(self, at: int) -> str:
        there = [device for each in self.account.users() for device in each.devices]
        return there[at % len(there)].id

    def any_call(self) -> bool:
        return any(each.alive_parties() for each in self.exchange.sessions.values())

    def try_to(self, act: Any, *arguments: Any) -> None:
        with suppress(Refused, ValueError):
            act(self.exchange, *arguments)

    @rule(who=st.sampled_from(("", *EXTENSIONS)), wanted=st.sampled_from(RULES), all_blocked=st.booleans())
    def write_a_rule(self, who: str, wanted: dict[str, Any], all_blocked: bool) -> None:
        onward = {"transfer": {"extension": {"id": self.account.extension("102").id}}}
        blocking = {"mode": "All"} if all_blocked and wanted else {}
        self.rules[who] = ({**onward, **wanted}, blocking)

    @rule(to=st.sampled_from(EXTENSIONS))
    def call_in(self, to: str) -> None:
        scenes.call_in(self.exchange, self.account.extension(to), "+16505550100", "Joe")

    @rule(who=st.sampled_from(EXTENSIONS[:3]), to=st.sampled_from((*EXTENSIONS, "+14155550123")))
    def call_out(self, who: str, to: str) -> None:
        scenes.call_out(self.exchange, self.account.extension(who), None, to)

    @rule(who=st.sampled_from(EXTENSIONS[:3]), to=st.sampled_from(("+14155550123", "+16505551102")))
    def ring_out(self, who: str, to: str) -> None:
        self.ring_outs.start(self.account.extension(who), "+16505551101", to)

    @rule(who=st.sampled_from(EXTENSIONS[:3]))
    def conference(self, who: str) -> None:
        session = conferences.create(self.exchange, self.account.extension(who))
        conferences.host_joins(self.exchange, session)

    @precondition(any_call)
    @rule(at=pick)
    def pick_up(self, at: int) -> None:
        self.try_to(scenes.pick_up, self.session(at).id, None, None)

    @precondition(any_call)
    @rule(at=pick, device=pick)
    def answer(self, at: int, device: int) -> None:
        self.try_to(commands.answer, *self.leg(at), self.device(device))

    @precondition(any_call)
    @rule(at=pick, command=st.sampled_from((commands.reject, commands.hold, commands.unhold, commands.drop)))
    def command(self, at: int, command: Any) -> None:
        self.try_to(command, *self.leg(at))

    @precondition(any_call)
    @rule(at=pick)
    def reply(self, at: int) -> None:
        self.try_to(commands.reply, *self.leg(at), {"replyWithText": "Later"})

    @precondition(any_call)
    @rule(at=pick)
    def record(self, at: int) -> None:
        self.try_to(commands.start_recording, *self.leg(at))

    @precondition(any_call)
    @rule(at=pick, send=st.sampled_from((transfers.forward, transfers.transfer)), to=st.sampled_from(TARGETS))
    def send_on(self, at: int, send: Any, to: dict[str, str]) -> None:
        self.try_to(send, *self.leg(at), to)

    @precondition(any_call)
    @rule(at=pick, act=st.sampled_from((transfers.bridge, conferences.bring_in)), other=pick)
    def join(self, at: int, act: Any, other: int) -> None:
        second, party = self.leg(other)
        body = {"telephonySessionId": second.id, "partyId": party.id}
        if act is transfers.bridge:
            self.try_to(act, *self.leg(at), body)
        else:
            self.try_to(act, self.session(at), body)

    @precondition(any_call)
    @rule(at=pick)
    def flip(self, at: int) -> None:
        self.try_to(transfers.flip, *self.leg(at), {"callFlipId": "*2"})

    @precondition(any_call)
    @rule(at=pick)
    def park(self, at: int) -> None:
        self.try_to(transfers.park, *self.leg(at))

    @precondition(lambda self: self.exchange.parked)
    @rule(at=pick, by=st.sampled_from(EXTENSIONS[:3]))
    def fetch(self, at: int, by: str) -> None:
        session, party = list(self.exchange.parked.values())[at % len(self.exchange.parked)]
        extension = self.account.extension(by)
        transfers.pick_up_parked(self.exchange, session, party, extension, extension.devices[0].id)

    @precondition(any_call)
    @rule(at=pick, device=pick)
    def supervise(self, at: int, device: int) -> None:
        body = {"mode": "Listen", "agentExtensionNumber": "102", "supervisorDeviceId": self.device(device)}
        self.try_to(conferences.supervise, self.session(at), body)

    @precondition(any_call)
    @rule(at=pick)
    def hang_up(self, at: int) -> None:
        self.exchange.end(self.session(at))

    @rule(seconds=st.sampled_from((1, 6, 21, 31, 45, 130, 200)))
    def wait(self, seconds: int) -> None:
        asyncio.run(self.clock.advance(seconds))

    @invariant()
    def each_notification_follows_from_the_one_before(self) -> None:
        """Sequences count up one by one, states follow one another, and nothing is heard of a leg that ended."""
        for occurrence in self.told[self.checked :]:
            self.checked += 1
            assert not callable(occurrence.body)
            body = occurrence.body
            (party,) = body["parties"]
            session = body["telephonySessionId"]
            assert body["sequence"] == self.sequences.get(session, 1) + 1
            self.sequences[session] = body["sequence"]
            code = party["status"]["code"]
            assert code in FOLLOWS[self.codes[party["id"]]], (self.codes[party["id"]], code)
            self.codes[party["id"]] = code

    @invariant()
    def a_session_lives_as_long_as_somebody_is_in_it(self) -> None:
        """What is alive is known as alive; what is over has nobody left."""
        for session in self.exchange.sessions.values():
            assert session.alive or session.origin == "RingOut"
        for session in self.exchange.over:
            assert not session.alive_parties()

    @invariant()
    def nobody_is_left_alone(self) -> None:
        """A call has two ends, or somebody who rings, waits in a park location or speaks to a voicemail."""
        for session in self.exchange.sessions.values():
            alive = session.alive_parties()
            if not session.is_conference and session.origin == "Call":
                assert len(alive) > 1 or {each.code for each in alive} & {"Parked"}, [each.code for each in alive]

    @invariant()
    def what_is_parked_is_where_it_says(self) -> None:
        """One caller at each location, shown there, and nowhere else."""
        for location, (session, party) in self.exchange.parked.items():
            assert (party.code, party.park_id) == ("Parked", location)
            assert session.id in self.exchange.sessions
        parked = [
            each for session in self.exchange.sessions.values() for each in session.parties if each.code == "Parked"
        ]
        assert len(parked) == len(self.exchange.parked)

    @invariant()
    def unrelated_calls_are_not_taken_for_legs_of_one(self) -> None:
        """Their session ids never differ by 1000, 2000, 3000 or 4000."""
        ids = {
            int(each.session_id)
            for each in (*self.exchange.sessions.values(), *self.exchange.over)
            if each.origin == "Call"
        }
        assert not any(each + gap in ids for each in ids for gap in (1_000, 2_000, 3_000, 4_000))

    def teardown(self) -> None:
        """When everybody hangs up, everything is over, stays so, and is in the log."""
        for session in list(self.exchange.sessions.values()):
            if session.id in self.exchange.sessions:
                self.exchange.end(session)
        asyncio.run(self.clock.advance(1_000))
        self.each_notification_follows_from_the_one_before()
        assert self.exchange.sessions == {}
        assert self.exchange.parked == {}
        people = {
            (each.id, party.extension.id)
            for each in self.exchange.over
            for party in each.parties
            if party.extension is not None and party.extension.type != "IvrMenu"
        }
        assert {(each.session.id, each.extension.id) for each in self.log.entries} == people


Calls.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestCalls = Calls.TestCase
