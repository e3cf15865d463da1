"""The plan: pure, from a listing that the test writes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.keeper.filters import reminder
from switchhook.keeper.packing import Slot, pack
from switchhook.keeper.plan import Kind, Policy, Wanted, plan
from switchhook.keeper.standing import Disabled, Place, Standing
from switchhook.notification import SubscriptionName

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WEEK = 604_800
POLICY = Policy()
F = frozenset({"/restapi/v1.0/account/1/extension/2/telephony/sessions"})


def standing(identifier="a", *, part=1, epoch=1, left=WEEK, place=Place.CURRENT, identity="main", **more):
    """A subscription of ours that is as it should be, but for what the test says."""
    return replace(
        Standing(
            id=identifier,
            address=f"https://hooks.example.com/webhooks/1-{identity}-{part}-{epoch}.0",
            place=place,
            name=SubscriptionName("1", identity, part, epoch),
            status="Active",
            filters=F,
            reminder=reminder(WEEK),
            created=NOW - timedelta(days=1),
            expires=NOW + timedelta(seconds=left),
        ),
        **more,
    )


def wanted(filters=F, **more):
    """What the identity needs."""
    return Wanted("1", "main", frozenset(filters), siblings=frozenset({"main", "second"}), **more)


def kinds(found):
    """The actions in short."""
    return [(action.kind, action.id or str(action.name)) for action in found.actions]


def test_nothing_stands_yet():
    """What is missing is created, with the reminder as heartbeat."""
    found = plan(wanted(), [], NOW, POLICY)
    assert kinds(found) == [(Kind.CREATE, "1-main-1-1")]
    assert set(found.actions[0].filters) == F | {reminder(WEEK)}


def test_all_is_well():
    """A listing that is as wanted leaves nothing to do, and tells when the renewal is due."""
    found = plan(wanted(), [standing()], NOW, POLICY)
    assert found.actions == ()
    assert found.due is not None
    assert NOW + timedelta(seconds=WEEK * 0.6) < found.due < NOW + timedelta(seconds=WEEK * 0.76)


def test_renewal_well_before_expiry():
    """At a quarter of the lifetime it is renewed, with its filters."""
    found = plan(wanted(), [standing(left=WEEK // 4 - 1)], NOW, POLICY)
    assert kinds(found) == [(Kind.RENEW, "a")]
    assert set(found.actions[0].filters) == F | {reminder(WEEK)}


def test_a_clamped_lifetime_is_not_renewed_for_ever():
    """What was granted counts, not what was asked for; the reminder follows it."""
    granted = {"a": 86_400}
    short = standing(left=80_000, reminder=reminder(86_400))
    assert plan(wanted(granted=granted), [short], NOW, POLICY).actions == ()
    assert kinds(plan(wanted(granted=granted), [replace(short, expires=NOW + timedelta(hours=5))], NOW, POLICY))


def test_filters_that_differ_are_updated():
    """Drift is mended by an update, not by a new subscription."""
    drifted = standing(filters=frozenset({"/restapi/v1.0/account/1/extension/2/presence"}))
    found = plan(wanted(), [drifted], NOW, POLICY)
    assert kinds(found) == [(Kind.UPDATE, "a")]
    assert "1 filters missing, 1 too many" in found.actions[0].reason


def test_a_lost_heartbeat_is_mended():
    """The reminder is compared too."""
    assert kinds(plan(wanted(), [standing(reminder=None)], NOW, POLICY)) == [(Kind.UPDATE, "a")]


def test_blacklisted_is_replaced_before_it_is_deleted():
    """The replacement has the next epoch; the dead one goes only when a listing shows the new one Active."""
    dead = standing(status="Blacklisted", why="404")
    first = plan(wanted(), [dead], NOW, POLICY)
    assert kinds(first) == [(Kind.CREATE, "1-main-1-2")]
    assert first.actions[0].heals == "blacklisted"
    assert first.actions[0].reason == "blacklisted: 404"
    second = plan(wanted(), [dead, standing("b", epoch=2)], NOW, POLICY)
    assert kinds(second) == [(Kind.DELETE, "a")]


def test_replacement_that_is_not_active_deletes_nothing():
    """Two dead ones are no reason to delete either of them."""
    found = plan(wanted(), [standing(status="Blacklisted"), standing("b", epoch=2, status="Suspended")], NOW, POLICY)
    assert kinds(found) == [(Kind.CREATE, "1-main-1-3")]


def test_the_survivor_of_doubles_is_one_function_of_the_listing():
    """Highest epoch, then oldest, then lowest id; the order of the listing does not matter."""
    old = standing("z", epoch=2, created=NOW - timedelta(days=3))
    new = standing("a", epoch=2, created=NOW - timedelta(days=2))
    before = standing("b", epoch=1, created=NOW - timedelta(days=9))
    for listing in ([old, new, before], [before, new, old]):
        found = plan(wanted(), listing, NOW, POLICY)
        assert sorted(kinds(found)) == [(Kind.DELETE, "a"), (Kind.DELETE, "b")]
    same = [standing("y"), standing("x")]
    assert kinds(plan(wanted(), same, NOW, POLICY)) == [(Kind.DELETE, "y")]


def test_a_double_stays_until_the_survivor_has_the_filters():
    """An update comes first; the double goes when the next listing shows it done."""
    listing = [standing("a", epoch=2, filters=frozenset()), standing("b")]
    assert kinds(plan(wanted(), listing, NOW, POLICY)) == [(Kind.UPDATE, "a")]


def test_addresses_that_are_not_ours_are_never_touched():
    """Neither a stranger's nor another account's, dead or alive, wanted or not."""
    strangers = [
        standing("a", place=Place.STRANGE, name=None),
        standing("b", place=Place.STRANGE, name=None, status="Blacklisted"),
        standing("c", name=SubscriptionName("9", "main", 1, 1)),
    ]
    assert kinds(plan(wanted(), strangers, NOW, POLICY)) == [(Kind.CREATE, "1-main-1-1")]
    assert plan(wanted(filters=()), strangers, NOW, POLICY).actions == ()


def test_another_deployment_with_our_secret_is_left_alone():
    """A copy of the settings on a laptop does not silence production; what is dead there is cleaned up."""
    elsewhere = standing("a", place=Place.ELSEWHERE)
    found = plan(wanted(), [elsewhere], NOW, POLICY)
    assert kinds(found) == [(Kind.CREATE, "1-main-1-1")]
    assert "another public address" in found.concerns[0]
    dead = replace(elsewhere, status="Blacklisted")
    assert kinds(plan(wanted(), [dead, standing("b")], NOW, POLICY)) == [(Kind.DELETE, "a")]


def test_an_earlier_master_secret_is_replaced():
    """The new address is subscribed first, then the old one goes."""
    stale = standing("a", place=Place.STALE)
    assert kinds(plan(wanted(), [stale], NOW, POLICY)) == [(Kind.CREATE, "1-main-1-2")]
    assert kinds(plan(wanted(), [stale, standing("b", epoch=2)], NOW, POLICY)) == [(Kind.DELETE, "a")]


def test_a_wrong_token_rotates_the_epoch():
    """The part gets a new epoch, and so another address and token; the others stay as they are."""
    found = plan(wanted(epochs={1: 5}), [standing(epoch=4)], NOW, POLICY)
    assert kinds(found) == [(Kind.CREATE, "1-main-1-5")]
    assert plan(wanted(epochs={2: 5}), [standing(epoch=4)], NOW, POLICY).actions == ()


def test_orphans_of_identities_that_are_gone_are_deleted_last():
    """A renamed identity is first subscribed under its new name; a sibling's subscription is left to it."""
    orphan, sibling = standing("o", identity="former"), standing("s", identity="second")
    assert kinds(plan(wanted(), [orphan, sibling], NOW, POLICY)) == [(Kind.CREATE, "1-main-1-1")]
    assert kinds(plan(wanted(), [orphan, sibling, standing()], NOW, POLICY)) == [(Kind.DELETE, "o")]


def test_nothing_wanted_any_more():
    """Without a handler that needs it, a subscription is deleted."""
    assert kinds(plan(wanted(filters=()), [standing()], NOW, POLICY)) == [(Kind.DELETE, "a")]


def test_disabled_filters_are_a_concern_and_no_drift():
    """The platform takes a filter and does not deliver it: a person is told, and nothing is repeated."""
    half_deaf = standing(disabled=(Disabled(next(iter(F)), "SUB-412", "…"),))
    found = plan(wanted(), [half_deaf], NOW, POLICY)
    assert found.actions == ()
    assert "SUB-412" in found.concerns[0]


def test_expired_is_replaced():
    """A listing may still show what has run out."""
    assert kinds(plan(wanted(), [standing(left=-1)], NOW, POLICY)) == [(Kind.CREATE, "1-main-1-2")]


def test_a_full_quota_makes_room_with_what_is_dead():
    """Only where no place is left is the dead one deleted first; strangers' are never taken."""
    strangers = [standing(f"s{n}", place=Place.STRANGE, name=None) for n in range(19)]
    dead = standing("d", status="Blacklisted")
    assert kinds(plan(wanted(), [*strangers, dead], NOW, POLICY)) == [(Kind.DELETE, "d"), (Kind.CREATE, "1-main-1-2")]
    full = plan(wanted(), [*strangers, strangers[0]], NOW, POLICY)
    assert kinds(full) == [(Kind.CREATE, "1-main-1-1")]
    assert "limit of 20" in full.concerns[0]


def test_many_filters_make_several_subscriptions_within_the_quota():
    """1,000 filters fit into the quota with two places to spare."""
    many = {f"/f/{n:04d}" for n in range(1_000)}
    found = plan(wanted(filters=many), [], NOW, POLICY)
    assert len(found.actions) == 18
    assert {each for action in found.actions for each in action.filters} >= many


def test_one_more_extension_changes_one_subscription():
    """Filters stay where they are."""
    many = {f"/f/{n:04d}" for n in range(120)}
    first = plan(wanted(filters=many), [], NOW, POLICY)
    listing = [
        standing(str(action.name.part), part=action.name.part, filters=frozenset(set(action.filters) & many))
        for action in first.actions
    ]
    found = plan(wanted(filters=many | {"/f/0000a"}), listing, NOW, POLICY)
    assert kinds(found) == [(Kind.UPDATE, "3")]


@given(
    st.sets(st.integers(0, 60)),
    st.lists(st.sets(st.integers(0, 60), max_size=12), max_size=6),
    st.integers(1, 9),
    st.integers(1, 8),
)
def test_packing_holds_every_filter_exactly_once(numbers, held, each, most):
    """Whatever stands, every wanted filter is in one part, nothing else is in any, and what stood stays."""
    filters = frozenset(f"/f/{n}" for n in numbers)
    slots = [Slot(part, frozenset(f"/f/{n}" for n in group)) for part, group in enumerate(held, start=1)]
    packed = pack(filters, slots, each=each, most=most)
    assert sorted(each for slot in packed for each in slot.filters) == sorted(filters)
    assert len(packed) <= max(most, len([slot for slot in slots if slot.filters & filters]))
    first = {}
    for slot in slots:
        for one in slot.filters & filters:
            first.setdefault(one, slot.part)
    now = {one: slot.part for slot in packed for one in slot.filters}
    assert {one: now[one] for one in first} == first


@pytest.mark.parametrize("status", ["Blacklisted", "Blocked", "Suspended", ""])
def test_anything_but_active_is_broken(status):
    """The platform has had several words for it."""
    assert kinds(plan(wanted(), [standing(status=status)], NOW, POLICY)) == [(Kind.CREATE, "1-main-1-2")]
