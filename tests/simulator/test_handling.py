"""What people write about their calls is what becomes of them: answering rules, hours, blocked numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from switchhook.simulator.telephony.rules import Settings, applied, blocks
from tests.simulator.conftest import Client

MOM, NUISANCE = "+14155550123", "+16505550190"
RULES = "/extension/~/answering-rule"
OFFICE = {"weeklyRanges": {"monday": [{"from": "09:00", "to": "18:00"}]}}
"""It is Monday, 5 January 2026, 01:00 in California when the platform starts."""


async def written(client: Client, method: str, path: str, body: Any) -> None:
    """Somebody writes it."""
    answer = await client.call(method, path, body)
    assert answer.status in (200, 201, 204), answer.raw


def last(call: dict[str, Any]) -> tuple[str | None, str, str | None]:
    """Number and state of the latest leg, and why."""
    party = call["parties"][-1]
    return party["to"]["phoneNumber"], party["status"]["code"], party["status"].get("reason")


async def test_outside_of_the_hours_the_voicemail_answers(client: Client, platform: Platform) -> None:
    """By the rule that is there from the beginning; within them, and without any, the phones ring."""
    assert last(await platform.ring("101"))[1] == "Proceeding"
    await written(client, "PUT", "/extension/~/business-hours", {"schedule": OFFICE})
    closed = await platform.ring("101")
    assert last(closed)[1] == "VoiceMail"
    await platform.advance(60)
    assert platform.state()["messages"][platform.world.account.extension("101").id][-1]["type"] == "VoiceMail"
    await platform.advance(8 * 3600)
    await client.log_in()
    assert last(await platform.ring("101"))[1] == "Proceeding"
    await written(client, "PUT", "/extension/~/business-hours", {"schedule": {}})
    await platform.advance(10 * 3600)
    assert last(await platform.ring("101"))[1] == "Proceeding"


async def test_a_rule_of_one_s_own_comes_first(client: Client, platform: Platform) -> None:
    """For the caller it names; a disabled one says nothing."""
    rule = {
        "type": "Custom", "name": "Mom", "enabled": True, "callers": [{"callerId": MOM}],
        "callHandlingAction": "TakeMessagesOnly",
    }  # fmt: skip
    await written(client, "POST", RULES, rule)
    assert last(await platform.ring("101", MOM))[1] == "VoiceMail"
    assert last(await platform.ring("101"))[1] == "Proceeding"
    rules = (await client.call("GET", RULES)).body["records"]
    custom = next(each["id"] for each in rules if each["type"] == "Custom")
    await written(client, "PUT", f"{RULES}/{custom}", {"enabled": False})
    assert last(await platform.ring("101", MOM))[1] == "Proceeding"


async def test_calls_go_on_to_somebody_else(client: Client, platform: Platform) -> None:
    """To a number outside, to a colleague: the first leg ends as redirected, another one rings."""
    everything = "business-hours-rule"
    forward = {"callHandlingAction": "UnconditionalForwarding", "unconditionalForwarding": {"phoneNumber": MOM}}
    await written(client, "PUT", f"{RULES}/{everything}", forward)
    call = await platform.ring("101")
    assert last(call) == (MOM, "Proceeding", None)
    assert call["parties"][-2]["status"] == {"code": "Disconnected", "reason": "CallRedirected"}
    bob = platform.world.account.extension("102")
    await written(
        client,
        "PUT",
        f"{RULES}/{everything}",
        {"callHandlingAction": "TransferToExtension", "transfer": {"extension": {"id": bob.id}}},
    )
    call = await platform.ring("101")
    assert (call["parties"][-1]["extensionId"], last(call)[1]) == (bob.id, "Proceeding")
    inside = await platform.dial("103", "101")
    assert inside["parties"][-1]["extensionId"] == bob.id


async def test_two_who_send_calls_to_each_other_do_no_harm(client: Client, platform: Platform) -> None:
    """After a few turns somebody's phones ring."""
    people = [platform.world.account.extension(number) for number in ("101", "102")]
    for one, other in (people, people[::-1]):
        body = {"callHandlingAction": "TransferToExtension", "transfer": {"extension": {"id": other.id}}}
        await written(client, "PUT", f"/extension/{one.id}/answering-rule/business-hours-rule", body)
    call = await platform.ring("101")
    assert last(call)[1] == "Proceeding"
    assert len(call["parties"]) == 8


async def test_an_announcement_is_the_end(client: Client, platform: Platform) -> None:
    """The caller hears it, and the call is over."""
    await written(client, "PUT", f"{RULES}/business-hours-rule", {"callHandlingAction": "PlayAnnouncementOnly"})
    call = await platform.ring("101")
    assert {each["status"]["code"] for each in call["parties"]} == {"Disconnected"}


async def test_without_voicemail_an_unanswered_call_ends(client: Client, platform: Platform) -> None:
    """The rule says that there is none."""
    await written(client, "PUT", f"{RULES}/business-hours-rule", {"voicemail": {"enabled": False}})
    await platform.ring("101")
    await platform.advance(60)
    assert platform.state()["sessions"] == {}
    assert platform.state()["messages"][platform.world.account.extension("101").id] == []


async def test_forwarding_numbers_ring_one_after_another(client: Client, platform: Platform) -> None:
    """Once one's own phones do no more, or the call was rejected; after the last one the voicemail answers."""
    steps = [
        {"index": 2, "ringCount": 3, "enabled": True, "forwardingNumbers": [{"phoneNumber": "+14155550198"}]},
        {"index": 1, "ringCount": 2, "enabled": True, "forwardingNumbers": [{"phoneNumber": "+14155550199"}]},
    ]
    await written(client, "PUT", f"{RULES}/business-hours-rule", {"forwarding": {"rules": steps}})
    call = (await platform.ring("101"))["telephonySessionId"]
    seen = []
    for seconds in (31, 10, 13, 2):  # the own phones, the first number, the second
        await platform.advance(seconds)
        seen.append(next(iter(platform.state()["sessions"].values()))["parties"][-1]["status"]["code"])
    assert seen == ["Proceeding"] * 3 + ["VoiceMail"]
    await platform.hang_up(call)
    call = (await platform.ring("101"))["telephonySessionId"]
    await platform.reject(call)
    await platform.advance(9)
    answered = await platform.answer(call)
    assert last(answered)[1] == "Answered"
    assert "deviceId" not in answered["parties"][-1]["to"]
    await platform.advance(120)
    assert list(platform.state()["sessions"]) == [call]


async def test_blocked_callers_are_not_let_through(client: Client, platform: Platform) -> None:
    """One by one, or all but those who are allowed; neither are their faxes."""
    blocked = await platform.ring("101", NUISANCE)
    assert last(blocked)[1:] == ("Disconnected", "Rejected")
    assert platform.state()["sessions"] == {}
    with pytest.raises(ValueError, match="takes no faxes"):
        await platform.fax("101", NUISANCE)
    await written(client, "PUT", "/extension/~/caller-blocking", {"mode": "All"})
    numbers = "/extension/~/caller-blocking/phone-numbers"
    await written(client, "POST", numbers, {"phoneNumber": MOM, "status": "Allowed", "label": "Mom"})
    assert last(await platform.ring("101"))[1] == "Disconnected"
    assert last(await platform.ring("101", MOM))[1] == "Proceeding"
    assert last(await platform.ring("102"))[1] == "Proceeding"


async def test_a_queue_has_hours_too(client: Client, platform: Platform) -> None:
    """Outside of them its voicemail answers, and no agent rings."""
    queue = platform.world.account.extension("200")
    await written(client, "PUT", f"/extension/{queue.id}/business-hours", {"schedule": OFFICE})
    call = await platform.ring("200")
    assert [each["status"]["code"] for each in call["parties"]] == ["Answered", "Disconnected", "VoiceMail"]


async def test_the_company_closes_or_lets_calls_pass_the_menu(client: Client, platform: Platform) -> None:
    """Its own rules and hours, before anybody's."""
    await written(client, "PUT", "/business-hours", {"schedule": OFFICE})
    assert last(await platform.ring("101"))[1] == "Proceeding"
    await written(client, "PUT", "/answering-rule/after-hours-rule", {"callHandlingAction": "Disconnect"})
    assert {each["status"]["code"] for each in (await platform.ring("101"))["parties"]} == {"Disconnected"}
    bob = platform.world.account.extension("102")
    for extension in (bob.id, {"id": bob.id}):
        bypass = {"callHandlingAction": "Bypass", "extension": extension}
        await written(client, "PUT", "/answering-rule/after-hours-rule", bypass)
        call = await platform.ring("101")
        assert [each.get("extensionId") for each in call["parties"]] == [None, bob.id]


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({}, True),
        ({"schedule": {"weeklyRanges": {"monday": [{"from": "11:00", "to": "12:00"}]}}}, False),
        ({"schedule": {"weeklyRanges": {"monday": [{"from": "12:00", "to": "00:00"}]}}}, True),
        ({"schedule": {"ranges": [{"from": "2026-01-05T12:00:00Z", "to": "2026-01-05T12:00:01Z"}]}}, True),
        ({"schedule": {"ranges": [{"from": "2026-01-04T12:00:00Z", "to": "2026-01-05T12:00:00Z"}]}}, False),
        ({"schedule": {"ref": "BusinessHours"}}, True),
        ({"schedule": {"ref": "AfterHours"}}, False),
        ({"calledNumbers": [{"phoneNumber": "+1"}]}, True),
        ({"calledNumbers": [{"phoneNumber": "+2"}]}, False),
        ({"callers": [{"callerId": "+3"}], "calledNumbers": [{"phoneNumber": "+1"}]}, True),
        ({"callers": [{"callerId": "+4"}], "calledNumbers": [{"phoneNumber": "+1"}]}, False),
    ],
)
def test_every_condition_of_a_rule_must_hold(condition: dict[str, Any], fits: bool) -> None:
    """When, from whom, to which number."""
    rules = [{"type": "Custom", "id": "own", **condition}, {"type": "BusinessHours", "id": "hours"}]
    found = applied(Settings(rules, {}, 0, {}, ()), NOON, "+3", "+1")
    assert found is not None
    assert (found["id"] == "own") is fits


@pytest.mark.parametrize(
    ("blocking", "caller", "fax", "blocked"),
    [
        ({"noCallerId": "Allow"}, "", False, False),
        ({"noCallerId": "BlockCallsAndFaxes"}, "", False, True),
        ({"noCallerId": "BlockFaxes"}, "", False, False),
        ({"noCallerId": "BlockFaxes"}, "", True, True),
        ({"noCallerId": "BlockFaxes"}, "+1", True, False),
        ({"mode": "All"}, "+1", False, True),
    ],
)
def test_unknown_callers_are_a_matter_of_their_own(
    blocking: dict[str, str], caller: str, fax: bool, blocked: bool
) -> None:
    """Calls and faxes apart."""
    assert blocks(Settings((), {}, 0, blocking, ()), caller, fax=fax) is blocked
