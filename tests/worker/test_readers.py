"""Which identity's client reads for the worker."""

from __future__ import annotations

from switchhook.events.types import PostAdded
from switchhook.registry import Enabled, Registry
from switchhook.settings import IdentitySettings
from switchhook.worker.readers import Readers
from tests.worker.model import handler_for


async def nothing(event: PostAdded, ctx):
    """A rule."""


def readers(**accounts):
    """Three identities, some with an account in the settings, and a handler of the third."""
    handler = handler_for(PostAdded, nothing)
    registry = Registry([Enabled("probe", handler, handler.settings(), "third", ())])
    identities = [IdentitySettings(name=name, client_id="app", account=accounts.get(name)) for name in NAMES]
    return Readers({name: name for name in NAMES}, identities, registry), registry


NAMES = ("first", "second", "third")


def test_the_identity_that_was_told_reads():
    """Whatever account it is of."""
    assert readers(second="8")[0].choose("third", "8") == "third"


def test_else_one_of_the_account_by_the_settings_or_by_the_keeper():
    """A call of one account is never read with the client of another, as far as the accounts are known."""
    by_settings, _ = readers(second="8")
    assert by_settings.choose("", "8") == "second"
    by_keeper, registry = readers()
    assert by_keeper.choose("gone", "8") == "first"
    registry.scope("probe", None, account_id="8")
    assert by_keeper.choose("gone", "8") == "third"


def test_else_the_first():
    """What is of no known account is read by the first of the settings."""
    chosen, registry = readers(second="8")
    registry.scope("probe", None)
    assert chosen.choose("", "9") == "first"
    assert chosen.choose("", "") == "first"
