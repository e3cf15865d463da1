"""RingCentral on this machine. It stands in for the platform alone and shares no code with what it tests.

Steering over HTTP (JSON in, JSON out): every verb of `Platform` by its name, with its arguments as JSON spells them
(`telephonySessionId` for `session_id`, `from` for `from_`), such as
    POST /simulator/ring      {"to": "101", "from": "+16505550100", "name": "Joe"}      → the call
    POST /simulator/answer    {"telephonySessionId", "partyId"?, "deviceId"?, "by"?}     → the call
    POST /simulator/hang-up   {"telephonySessionId", "partyId"?}                          → the call
    POST /simulator/text      {"to": "101" or number, "from": "+1…", "text"}             → the message
    POST /simulator/post      {"chat": id or name, "by": "101", "text"}                  → the post
    POST /simulator/notify    {"event": "/restapi/v1.0/account/~/a2p-sms/messages", "body"}  → how many were told
    POST /simulator/fault     {"name", "rate"?: 0..1, "times"?: n, "operation"?}; rate 0 ends it → the active faults
    POST /simulator/knob      {"name": "subscriptions.most", "value": 20}                → every knob
    POST /simulator/scene     {"name": "warm-transfer"}                                  → what it left
    POST /simulator/advance   {"seconds"}      moves simulated time                       → {"now"}
    POST /simulator/delivered {}               answers when no delivery is under way       → {}
    POST /simulator/reset     {"seed"?}        back to the beginning                      → the state
    GET  /simulator/state, /simulator/credentials, /simulator/knobs, /simulator/scenes
An address that is none names all there are.
"""

from switchhook.simulator.faults import FAULTS
from switchhook.simulator.platform import Platform

__all__ = ["FAULTS", "Platform"]
