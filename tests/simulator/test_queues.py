"""Calls to a queue: agents ring together, one takes it, nobody does, some do not want to."""

from __future__ import annotations

from switchhook.simulator.platform import Platform
from tests.simulator.calling import device, path, steps, told
from tests.simulator.conftest import Client, Receiver


async def test_all_agents_ring_and_one_answers(watched: Receiver, platform: Platform) -> None:
    """Agents are first seen in Proceeding, with the queue's name; when one answers, the others and the queue leave."""
    call = await platform.ring("200")
    await platform.answer(call["telephonySessionId"], by="102")
    await platform.delivered()
    assert [(number, code) for _, number, _, code in steps(watched)][4:] == [
        ("3", "Setup"),
        ("3", "Answered"),
        ("4", "Proceeding"),
        ("5", "Proceeding"),
        ("6", "Proceeding"),
        ("5", "Answered"),
        ("4", "Disconnected"),
        ("6", "Disconnected"),
        ("3", "Disconnected"),
    ]
    rung = [each["party"] for each in told(watched) if each["party"]["status"]["code"] == "Proceeding"]
    assert all(each["queueCall"] is True for each in rung)
    assert all(each["uiCallInfo"]["primary"] == {"type": "QueueName", "value": "Sales"} for each in rung)
    passed = [each["party"] for each in told(watched)[-3:-1]]
    assert all(each["status"]["reason"] == "AgentAnswered" and each["missedCall"] for each in passed)


async def test_the_queue_looks_on_when_all_refuse(client: Client, watched: Receiver, platform: Platform) -> None:
    """Reject and ignore end one agent's leg; when nobody rings any more, all ring again after a pause."""
    call = await platform.ring("200")
    first, second, third = call["parties"][-3:]
    assert (await client.call("POST", path(call, first, "reject"))).status == 204
    for at in (0, 1):
        answer = await client.call("POST", path(call, second, "ignore"), {"deviceId": device(platform, "102", at)})
        assert answer.status == 204
    assert (await client.call("GET", path(call, second))).status == 404
    assert (await client.call("POST", path(call, third, "reject"))).status == 204
    await platform.advance(5)
    await platform.delivered()
    assert [number for _, number, _, code in steps(watched) if code == "Proceeding"] == ["4", "5", "6", "7", "8", "9"]


async def test_an_agent_who_does_not_answer_is_passed_over(watched: Receiver, platform: Platform) -> None:
    """After twenty seconds, with the reason."""
    await platform.ring("200")
    await platform.advance(20)
    await platform.delivered()
    assert [each["party"]["status"].get("reason") for each in told(watched)[-3:]] == ["NoAnswer"] * 3


async def test_who_talks_or_wants_no_queue_calls_is_not_rung(client: Client, platform: Platform) -> None:
    """Neither is who is not to be disturbed at all."""
    call = await platform.ring("101")
    await platform.answer(call["telephonySessionId"])
    await client.log_in("102")
    await client.call("PUT", "/extension/~/presence", {"dndStatus": "DoNotAcceptDepartmentCalls"})
    queued = await platform.ring("200")
    cid = platform.world.account.extension("103").id
    assert [each["extensionId"] for each in queued["parties"] if each["status"]["code"] == "Proceeding"] == [cid]


async def test_a_caller_does_not_wait_for_ever(watched: Receiver, platform: Platform) -> None:
    """After two minutes the voicemail of the queue takes the call."""
    await platform.ring("200")
    await platform.advance(121)
    await platform.delivered()
    assert steps(watched)[-1][1:] == ("3", "Inbound", "Voicemail")


async def test_the_caller_hangs_up_in_the_queue(watched: Receiver, platform: Platform) -> None:
    """Everybody stops ringing, and nothing rings again."""
    call = await platform.ring("200")
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(200)
    await platform.delivered()
    assert [code for *_, code in steps(watched)][-5:] == ["Disconnected"] * 5
    assert platform.state()["sessions"] == {}


async def test_who_drops_the_caller_ends_the_waiting(client: Client, platform: Platform) -> None:
    """Agents who ring are nobody to talk to."""
    call = await platform.ring("200")
    assert (await client.call("DELETE", path(call, call["parties"][0]))).status == 204
    assert platform.state()["sessions"] == {}


async def test_an_agent_sends_a_queued_call_on(client: Client, platform: Platform) -> None:
    """Forwarding takes it out of the queue: the other agents stop ringing."""
    call = await platform.ring("200")
    ann = call["parties"][-3]
    answer = await client.call("POST", path(call, ann, "forward"), {"phoneNumber": "+14155550123"})
    assert answer.body["status"] == {"code": "Disconnected", "reason": "BlindTransfer"}
    session = (await client.call("GET", path(call))).body
    alive = [each for each in session["parties"] if each["status"]["code"] not in ("Disconnected", "Gone")]
    assert [each["status"]["code"] for each in alive] == ["Answered", "Proceeding"]


async def test_a_colleague_calls_the_queue(watched: Receiver, platform: Platform) -> None:
    """From inside the company it is the same, without the menu."""
    call = await platform.dial("101", "200")
    assert [each["status"]["code"] for each in call["parties"]] == ["Answered", "Answered", "Proceeding", "Proceeding"]
    await platform.answer(call["telephonySessionId"], by="103")
    await platform.delivered()
    assert steps(watched)[-1][3] == "Disconnected"
