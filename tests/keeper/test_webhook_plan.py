"""The plan for chat webhooks: pure."""

import pytest

from switchhook.keeper.webhook_plan import Declared, Do, Kept, Listed, plan_webhooks

ME = "101001"


def listed(identifier="h1", *, chat="7", status="Active", creator=ME):
    """A webhook of ours as the platform lists it."""
    return Listed(identifier, frozenset({chat}), status, creator, f"https://hooks.example.com/{identifier}")


def plan(wish, kept=None, listing=()):
    """The steps in short."""
    known = {} if kept is None else {kept.name: kept}
    return [(step.do, step.id) for step in plan_webhooks([wish], known, listing, ME)]


ACTIVE, SUSPENDED, ABSENT = (Declared("alerts", "7", state) for state in ("active", "suspended", "absent"))
KEPT = Kept("alerts", "h1", "7")


@pytest.mark.parametrize(
    ("wish", "kept", "listing", "steps"),
    [
        (ACTIVE, None, [], [(Do.CREATE, "")]),
        (SUSPENDED, None, [], [(Do.CREATE, "")]),
        (ABSENT, None, [], []),
        (ACTIVE, KEPT, [listed()], []),
        (ACTIVE, KEPT, [listed(status="Suspended")], [(Do.ACTIVATE, "h1")]),
        (SUSPENDED, KEPT, [listed()], [(Do.SUSPEND, "h1")]),
        (SUSPENDED, KEPT, [listed(status="Suspended")], []),
        (ABSENT, KEPT, [listed()], [(Do.DELETE, "h1")]),
        (ABSENT, KEPT, [], [(Do.FORGET, "")]),
        (ACTIVE, KEPT, [], [(Do.CREATE, "")]),
        (ACTIVE, KEPT, [listed(status="Deleted")], [(Do.CREATE, "")]),
        (ACTIVE, None, [listed("somebody's")], [(Do.CREATE, "")]),
    ],
)
def test_steps(wish, kept, listing, steps):
    """Missing is created, suspended by somebody is activated, removed is made anew, what nobody declared is left."""
    assert plan(wish, kept, listing) == steps


@pytest.mark.parametrize(
    ("listing", "steps"),
    [
        ([listed("old"), listed("new")], [(Do.ADOPT, "new")]),
        ([listed("old")], [(Do.CREATE, "")]),
        ([listed("new", creator="102002")], [(Do.CREATE, "")]),
        ([listed("new", chat="8")], [(Do.CREATE, "")]),
    ],
)
def test_a_creation_whose_answer_was_lost(listing, steps):
    """The one that is new since, in that chat, made by us, is ours; anybody else's is not."""
    assert plan(ACTIVE, Kept("alerts", "", "7", before=("old",)), listing) == steps


def test_two_lost_creations_do_not_adopt_the_same():
    """Each name gets one of its own."""
    wishes = [ACTIVE, Declared("more", "7", "active")]
    kept = {name: Kept(name, "", "7") for name in ("alerts", "more")}
    steps = plan_webhooks(wishes, kept, [listed("a"), listed("b")], ME)
    assert {(step.name, step.id) for step in steps} == {("alerts", "a"), ("more", "b")}


def test_another_chat_makes_another_webhook_and_then_deletes_the_former():
    """The new one first; the old one when the new one is known, also after a crash in between."""
    elsewhere = Declared("alerts", "8", "active")
    assert plan(elsewhere, KEPT, [listed()]) == [(Do.CREATE, "h1")]
    pending = Kept("alerts", "", "8", before=("h1",), former="h1")
    assert plan(elsewhere, pending, [listed()]) == [(Do.CREATE, "h1")]
    done = Kept("alerts", "h2", "8", former="h1")
    assert plan(elsewhere, done, [listed(), listed("h2", chat="8")]) == [(Do.DELETE, "h1")]
    assert plan(elsewhere, done, [listed("h2", chat="8")]) == []
