"""RingCentral on this machine. It stands in for the platform alone and shares no code with what it tests.

Steering over HTTP (JSON in, JSON out), the same verbs as `Platform` in Python:
    POST /simulator/ring      {"to": "101", "from": "+16505550100", "name"?: "Joe"}      → the session
    POST /simulator/answer    {"telephonySessionId", "partyId"?, "deviceId"?}             → the session
    POST /simulator/hang-up   {"telephonySessionId"}                                       → the session
    POST /simulator/text      {"to": "101" or number, "from": "+1…", "text"}              → {"id"}
    POST /simulator/post      {"chat": id or name, "by": "101", "text"}                   → {"id", "groupId"}
    POST /simulator/fault     {"name", "rate"?: 0..1, "times"?: n, "operation"?}; rate 0 ends it → the active faults
    POST /simulator/advance   {"seconds"}      moves simulated time                        → {"now"}
    POST /simulator/dial      {"from": "101", "to": "102" or number}                       → the session
    POST /simulator/hold      {"telephonySessionId", "partyId"?}; unhold likewise          → the session
    POST /simulator/meeting   {"extension": "101", "begins"?: true}                         → the presence
    POST /simulator/delivered {}               answers when no delivery is under way        → {}
    GET  /simulator/credentials                what a client needs to know of user 101
    GET  /simulator/state                      everything `Platform.state` tells
    POST /simulator/reset     {"seed"?}        back to the beginning                       → the state
"""

from switchhook.simulator.faults import FAULTS
from switchhook.simulator.platform import Platform

__all__ = ["FAULTS", "Platform"]
