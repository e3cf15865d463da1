"""bot: commands and answers in the thread."""

import pytest

from switchhook import PostAdded, rehearse
from switchhook_handlers.bot import handler
from tests.plugin.events import made

SETTINGS = {"answers": {"Menu": "Soup"}}
READS = {
    "listExtensions": {"records": [{"id": 1001, "extensionNumber": "101", "name": "Ann Archer"}]},
    "readUserPresenceStatus": {"presenceStatus": "Available"},
}


def post(text, **fields):
    """A post in chat 55."""
    return made(PostAdded, post_id="66", chat_id="55", creator_id="7", text=text, **fields)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("!menu", "Soup"),
        ("! MENU today", "Soup"),
        ("!help", "I know !help, !menu, !status 101."),
        ("!dance", "I do not know 'dance', only !help, !menu, !status 101."),
        ("!status 101", "Ann Archer is available."),
        ("!status 109", "There is no extension '109'."),
    ],
)
async def test_command_is_answered_in_its_thread(text, answer):
    """Own answers, help, and who can be reached."""
    (call,) = await rehearse(handler, post(text), SETTINGS, answers=READS)
    assert call.operation == "createGlipPost"
    assert call.parameters == {"chatId": "55", "body": {"text": answer, "parentPostId": "66"}}


@pytest.mark.parametrize(
    ("event", "settings"),
    [
        (post("Hello"), SETTINGS),
        (post("!"), SETTINGS),
        (post("!menu", own=True), SETTINGS),
        (post("!menu", kind="PersonJoined"), SETTINGS),
        (post("!menu"), {**SETTINGS, "chats": ["56"]}),
        (post("!menu"), {**SETTINGS, "prefix": "/"}),
    ],
)
async def test_everything_else_is_left_alone(event, settings):
    """Talk, its own posts, other chats, other prefixes."""
    assert await rehearse(handler, event, settings) == []
