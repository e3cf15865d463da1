"""What the worker reads reaches the keeper: signs of life, notes of the ingress, changes of the directory."""

import pytest

from switchhook import Context, Event, GapFound, Handler, Settings, TextReceived
from switchhook.keeper.ear import Ear
from switchhook.log import Header, Record
from switchhook.log.notes import GAP, note
from switchhook.notification import Envelope
from tests.keeper.test_outage import Cable


@pytest.fixture
def diary():
    """A handler that writes down texts and gaps."""
    events = []
    handler = Handler("diary", Settings)

    @handler.on(Event)
    async def write(event: Event, _ctx: Context[Settings]) -> None:
        if isinstance(event, TextReceived | GapFound):
            events.append(event)

    return handler, events


def texts(events):
    """What was written, and whether it came late."""
    return [(each.text, each.backfilled) for each in events if isinstance(each, TextReceived)]


async def test_a_wrong_token_makes_a_new_epoch(switchhook, diary):
    """The platform sends a token that is not ours: what comes is in quarantine, and the subscription is made anew under
    another address and token; the next text arrives.
    """
    handler, events = diary
    switchhook.enable(handler)
    await switchhook.start()
    subscriptions = switchhook.platform.world.subscriptions.all
    (old,) = subscriptions.values()
    old.verification_token = "somebody else's"
    await switchhook.platform.text("101", "+16505550100", "lost on the way")
    await switchhook.until(lambda: subscriptions and old.id not in subscriptions, within=600)
    (new,) = subscriptions.values()
    assert switchhook.keeping.keeper.identities["main"]._addresses.recognise(new.address).epoch == 2
    await switchhook.platform.text("101", "+16505550100", "arrives")
    await switchhook.until(lambda: texts(events), within=600)
    assert texts(events) == [("arrives", False)]


async def test_what_the_ingress_could_not_take_is_a_gap_that_is_fetched(switchhook, diary):
    """Its note names the span: what was in it and never came is fetched, what did come is not handled twice."""
    handler, events = diary
    switchhook.enable(handler)
    await switchhook.start()
    platform, clock = switchhook.platform, switchhook.clock
    await platform.text("101", "+16505550100", "before")
    await switchhook.until(lambda: texts(events))
    since = clock.now().timestamp()
    cable = Cable(platform)
    cable.cut()
    await platform.text("101", "+16505550100", "refused")
    await switchhook.pass_by(60)
    cable.mend()
    await platform.text("101", "+16505550100", "taken")
    await switchhook.until(lambda: len(texts(events)) == 2)
    until = clock.now().timestamp()
    body = {"cause": "ingress-refused", "since": since, "until": until}
    told = note(GAP, body, uuid="ingress-refused-1", account="", at=until, source="ingress")
    await switchhook.keeping.log.append([told])
    await switchhook.until(lambda: [each["stage"] for each in switchhook.keeping.gaps()] == ["fetched"], within=600)
    await switchhook.pass_by(5)
    assert texts(events) == [("before", False), ("taken", False), ("refused", True)]
    (gap,) = switchhook.keeping.gaps()
    assert (gap["cause"], gap["fetched"]["messages"] >= 1) == ("ingress-refused", True)
    assert [each.cause for each in events if isinstance(each, GapFound)] == ["ingress-refused"]


@pytest.mark.parametrize(
    ("path", "anew"),
    [
        ("/restapi/v1.0/account/400/extension", True),
        ("/restapi/v1.0/account/400/extension/101001", True),
        ("/restapi/v1.0/account/400/extension/101001/presence", False),
    ],
)
async def test_a_change_of_the_directory_resolves_scopes_anew(bench, path, anew):
    """A few seconds later, once for many changes; a presence is no change of the directory."""
    bench.model.extensions = [{"id": 1, "extensionNumber": "101", "type": "User"}]
    bench.registry.handlers["forward"] = (*bench.registry.handlers["forward"][:2], ("101",))
    keeper = bench.keeper()
    await keeper.look_now("main")
    ear = Ear(keeper, {}, bench.clock)
    for number in range(5):
        record = Record(0, number, "400", None, b"", 0.0, {Header.NAME: "400-main-1-1"})
        ear.heard(record, Envelope("u", path, path, {}, None, "s", "o", {}))
    await bench.clock.advance(6)
    await keeper.look_now("main")
    assert bench.model.calls["listExtensions"] == (2 if anew else 1)
