"""Scopes survive a restart, so that events are handled although the platform is away."""

import asyncio

import pytest

from switchhook import CallRinging, Context, Handler, Settings
from switchhook.keeper.asking import Asking
from switchhook.keeper.opening import Keeping
from switchhook.keeper.scope import Resolved
from switchhook.keeper.scopes import Scope, Scopes, words
from switchhook.keeper.standing import Owner
from switchhook.registry import Registry
from switchhook.settings import HandlerSettings
from switchhook.telemetry import Metrics
from tests.keeper.memory import MemoryState
from tests.plugin.events import made


def registry(*extensions, trial=()):
    """One handler with this scope, of which nothing is known yet."""
    handler = Handler("idle", Settings)

    @handler.on(CallRinging)
    async def nothing(_call: CallRinging, _ctx: Context[Settings]) -> None:
        pass

    table = HandlerSettings(use="idle", extensions=extensions, trial=trial)
    return Registry.from_settings([table], identities=["main"], folder=None, known={"idle": handler})


def ringing(extension_id):
    """A call for somebody."""
    return made(CallRinging, extension_id=extension_id, account_id="400")


def matched(those, extension_id):
    """Whether the handler is for it."""
    return [each.matched for each in those.matches(ringing(extension_id))]


@pytest.mark.parametrize(
    ("ids", "trial"), [(frozenset({"1", "2"}), None), (None, None), (None, frozenset({"1"})), (frozenset(), None)]
)
async def test_what_was_stored_is_told(ids, trial):
    """Everyone, nobody, some, on trial."""
    store, before = MemoryState(), registry("101", "102")
    (enabled,) = before.enabled
    scopes = {"idle": Scope(words(enabled), ids, trial, "400")}
    await Scopes("main", "user", store).save(0, "7", scopes)
    after = registry("101", "102")
    Scopes("main", "user", store).restore(0, after)
    await asyncio.wait_for(after.scoped(["idle"]), 30)
    assert after.own_ids == {"7"}
    assert matched(after, "1") == [ids != frozenset()]
    assert matched(after, "9") == [ids is None and trial is None]


async def test_for_other_words_or_another_user_nothing_is_told():
    """What was stored is about something else then."""
    store = MemoryState()
    (enabled,) = registry("101").enabled
    await Scopes("main", "user", store).save(0, "7", {"idle": Scope(words(enabled), frozenset({"1"}), None, "400")})
    for user, those in (
        ("user", registry("101", "102")),
        ("user", registry("101", trial=("101",))),
        ("other", registry("101")),
    ):
        Scopes("main", user, store).restore(0, those)
        waiting = asyncio.create_task(those.scoped(["idle"]))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()


class Anyone:
    """A directory in which every word means extension 1."""

    async def edition(self):
        return self

    async def resolve(self, words, own):
        return Resolved(frozenset({"1"}), ())


async def test_who_hears_of_a_scope_knows_our_own_posts():
    """Else two bots of ours would answer each other for as long as the worker lives: it begins with the scopes."""
    those, known = registry("101"), []
    tell = those.scope

    def told(*arguments, **options):
        known.append(those.own_ids)
        tell(*arguments, **options)

    those.scope = told
    await Asking("main", those, Anyone()).wanted(Owner("400", "7"))
    assert known == [{"7"}]


async def test_a_worker_that_starts_while_the_platform_is_away_knows_its_scopes(switchhook):
    """The first look is still failing, and whose calls a handler is for is known all the same."""
    handler = registry("102").enabled[0].handler
    switchhook.enable(handler, "102")
    await switchhook.start()
    own, other = (switchhook.extension(number)["id"] for number in ("102", "101"))
    first = switchhook.keeping
    settings = HandlerSettings(use="idle", extensions=("102",))
    anew = Registry.from_settings([settings], identities=["main"], folder=None, known={"idle": handler})
    switchhook.platform.fault("status_503")
    second = Keeping(
        first.clients,
        anew,
        first.keeper.identities["main"]._addresses,
        log=None,
        store=first.watches["main"]._store,
        settings=switchhook.settings,
        clock=switchhook.clock,
        metrics=Metrics(),
    )
    second.wake()
    await asyncio.wait_for(anew.scoped(["idle"]), 30)
    assert anew.own_ids == {switchhook.extension("101")["id"]}
    account = switchhook.platform.credentials()["account_id"]
    for extension, expected in ((own, True), (other, False)):
        event = made(CallRinging, extension_id=extension, account_id=account)
        assert [each.matched for each in anew.matches(event)] == [expected]
