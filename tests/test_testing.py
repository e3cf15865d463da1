"""The pytest plugin, as a plugin's author uses it."""

import subprocess
import sys

import pytest

from switchhook import CallRinging, Context, Handler, Later, Settings
from switchhook.errors import SettingsError


class Chosen(Settings):
    """Settings of the handler here."""

    to: str = "102"


handler = Handler("mine", Chosen)


@handler.on(CallRinging)
async def rule(call: CallRinging, ctx: Context[Chosen]) -> None:
    """Let it ring for ten minutes, then forward."""
    due = call.at.replace(minute=call.at.minute + 10)
    if ctx.now < due:
        raise Later(at=due)
    await ctx.calls.forward(call, to=ctx.settings.to)


async def test_whole_service_by_fixture(switchhook):
    """The platform is there at once; time passes while nothing is under way; what happened can be asked for."""
    assert switchhook.extension("101")["name"] == "Ann Archer"
    switchhook.enable(handler, "101", settings={"to": "103"}, name="other")
    await switchhook.start()
    call = await switchhook.platform.ring("101", "+16505550100")
    await switchhook.pass_by(5)
    assert switchhook.outcomes("other") == {"parked": 1}
    await switchhook.platform.text("101", "+16505550100", "Hello")
    assert [text["subject"] for text in switchhook.texts("101", "Inbound")] == ["Hello"]
    with pytest.raises(
        AssertionError, match=r"never came true within 20 s.*\nother.rule CallRinging: parked \(later\)"
    ):
        await switchhook.until(lambda: False, within=20)
    await switchhook.until(lambda: len(switchhook.ends) == 2)
    assert switchhook.written("forwardCallParty") == []
    assert switchhook.parties(call, "101")[-1]["status"]["code"] != "Answered"
    assert switchhook.told()[-1].startswith("other.rule CallRinging: overtaken")


async def test_wrong_settings_are_errors_before_anything_starts(switchhook):
    """As they are in earnest."""
    switchhook.enable("forward", settings={"tp": "102"})
    with pytest.raises(SettingsError, match=r"handlers\[0\]\.settings"):
        await switchhook.start()


def test_the_plugin_costs_nothing_where_nobody_uses_it():
    """It is loaded in every run of pytest: neither the service nor the simulator may come with it."""
    asked = "import sys, switchhook.testing; print([name for name in sys.modules if 'simulator' in name])"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "[]\n"
