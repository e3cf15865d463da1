"""Words of a scope and what they mean at the platform."""

import pytest

from switchhook.clock import ManualClock
from switchhook.errors import PlatformError
from switchhook.keeper.scope import Directory
from tests.keeper.model import Model, failure


@pytest.fixture
def platform():
    """Three users, one of them disabled, an IVR, and two queues."""
    model = Model(ManualClock())
    model.extensions = [
        {"id": 1, "extensionNumber": "101", "type": "User", "status": "Enabled"},
        {"id": 2, "extensionNumber": "102", "type": "User", "status": "Enabled"},
        {"id": 3, "extensionNumber": "103", "type": "User", "status": "Disabled"},
        {"id": 9, "extensionNumber": "100", "type": "IvrMenu", "status": "Enabled"},
    ]
    model.queues = {"Sales": [1, 3], "Support": [2]}
    return model


@pytest.mark.parametrize(
    ("words", "ids", "unknown"),
    [
        ((), {"7"}, ()),
        (("101", "102"), {"1", "2"}, ()),
        (("100",), {"9"}, ()),
        (("group:sales",), {"1"}, ()),
        (("group:Support", "101"), {"1", "2"}, ()),
        (("*",), None, ()),
        (("101", "*"), None, ()),
        (("103", "999", "group:Nobody", "101"), {"1"}, ("103", "999", "group:Nobody")),
    ],
)
async def test_words(platform, words, ids, unknown):
    """Numbers, groups, everyone, oneself; what is unknown or disabled is named."""
    resolved = await Directory(platform.client(), platform.clock).resolve(words, "7")
    assert resolved.extension_ids == (None if ids is None else frozenset(ids))
    assert resolved.unknown == unknown


async def test_people_are_those_who_have_a_message_store(platform):
    """An IVR gets no text."""
    assert await Directory(platform.client(), platform.clock).people() == {"1", "2"}


async def test_the_directory_is_fetched_once_per_span(platform):
    """A look every four minutes costs no directory each."""
    directory = Directory(platform.client(), platform.clock)
    await directory.resolve(("101",), "7")
    await directory.resolve(("102",), "7")
    assert platform.calls["listExtensions"] == 1
    await platform.clock.advance(601)
    await directory.resolve(("102",), "7")
    assert platform.calls["listExtensions"] == 2


async def test_the_last_good_directory_serves_through_an_outage(platform):
    """A scope does not shrink because the platform has trouble."""
    directory = Directory(platform.client(), platform.clock)
    platform.fail(failure(503, "CMN-201"))
    with pytest.raises(PlatformError):
        await directory.resolve(("101",), "7")
    await directory.resolve(("101",), "7")
    await platform.clock.advance(601)
    platform.fail(failure(503, "CMN-201"))
    assert (await directory.resolve(("101",), "7")).extension_ids == {"1"}


async def test_the_edition_is_the_same_as_long_as_the_answers_are(platform):
    """Fetched anew in time; a hired person makes another one, and so does a look that was asked for."""
    directory = Directory(platform.client(), platform.clock)
    first = await directory.edition()
    assert (await directory.resolve(("group:Sales", "101"), "7")).extension_ids == {"1"}
    assert await directory.edition() is first
    await platform.clock.advance(601)
    assert await directory.edition() is first
    assert platform.calls["listExtensions"] == 2
    platform.extensions[2]["status"] = "Enabled"
    await platform.clock.advance(601)
    second = await directory.edition()
    assert second is not first
    assert (await directory.resolve(("group:Sales", "101"), "7")).extension_ids == {"1", "3"}
    directory.forget()
    assert await directory.edition() is not second


async def test_a_group_that_is_no_more_is_forgotten(platform):
    """Its members are asked for once more in vain, and not for ever."""
    directory = Directory(platform.client(), platform.clock)
    await directory.resolve(("group:Sales",), "7")
    del platform.queues["Sales"]
    for expected in (2, 2):
        await platform.clock.advance(601)
        platform.fail(failure(404, "CMN-102"), operation="listCallQueueMembers")
        await directory.edition()
        assert platform.calls["listCallQueueMembers"] == expected
    assert (await directory.resolve(("group:Sales",), "7")).unknown == ("group:Sales",)
