"""`switchhook api`: any operation from the command line."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from switchhook.api.catalogue import operation
from switchhook.cli import switchhook
from switchhook.cli.api import read_parameters
from tests.api.server import Server, says, serving

LOG = "/restapi/v1.0/account/~/call-log"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a loop of its own, as a command runs its own."""
    started: list[Server] = []
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serving() as running:
            started.append(running)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(60)
    yield started[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(60)
    loop.close()


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> Path:
    """A settings file with one identity, its state in the test's folder."""
    file = tmp_path / "switchhook.toml"
    file.write_text(
        f"""
        identities = [{{ name = "main", server = "{server.url}", client_id = "app", jwt = "a-jwt" }}]
        ingress = {{ public_url = "https://hooks.example.com", master_secrets = ["a-master-secret-of-ours"] }}
        state = {{ path = "data/state.db" }}
        """
    )
    return file


def run(*words: str, settings: Path | None = None, given: str | None = None) -> Result:
    """Run the verb, an error as the whole command shows it."""
    options = ["--settings", str(settings)] if settings else []
    return CliRunner().invoke(switchhook, ["api", *words, *options], input=given)


def test_lists_all_operations() -> None:
    """`--list --json` gives id, group, method and path of all 326; one group can be picked, a wrong one is said."""
    listed = json.loads(run("--list", "--json").output)
    assert len(listed) == 326
    assert listed[0] == {"id": "readAPIVersions", "group": "API Info", "method": "GET", "path": "/restapi"}
    assert {item["group"] for item in json.loads(run("--group", "Presence", "--json").output)} == {"Presence"}
    assert "superseded" in run("--list", "--group", "RingOut").output
    wrong = run("--list", "--group", "Presents")
    assert wrong.exit_code == 2
    assert "Presence" in wrong.output


def test_helps_with_groups_and_operations() -> None:
    """The verb's help counts the groups; an operation's help says address, permissions and each parameter."""
    assert "Call Control" in run().output
    helped = run("readCompanyCallLog", "--help").output
    for words in ("GET /restapi/v1.0/account/{accountId}/call-log", "Heavy", "ReadCallLog", "one of Inbound, Outbound"):
        assert words in helped
    assert "superseded by POST" in run("createGlipCard", "--help").output
    wrong = run("readCompanyCalLog")
    assert (wrong.exit_code, "readCompanyCallLog" in wrong.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "incomplete", "found"),
    [
        ([], "answerCall", ["answerCallParty"]),
        (["readCompanyCallLog"], "dir", ["direction="]),
        (["readCompanyCallLog"], "direction=I", ["direction=Inbound"]),
        (["readCompanyCallLog"], "withRecording=", ["withRecording=true", "withRecording=false"]),
        (["readCompanyCallLog"], "nothing=", []),
        (["--group"], "call b", ["Call Blocking"]),
    ],
)
def test_completes_from_the_catalogue(words: list[str], incomplete: str, found: list[str]) -> None:
    """Operations, parameter names and allowed values are completed."""
    completed = ShellComplete(switchhook, {}, "switchhook", "_X").get_completions(["api", *words], incomplete)
    assert [item.value for item in completed] == found


def test_calls_and_keeps_its_own_session(server: Server, settings: Path) -> None:
    """Parameters go where they belong; the second command uses the kept token instead of a new session."""
    server.answer(f"GET {LOG}", says({"records": [{"id": 12345678901234567890123, "to": {}}], "uri": "x"}))
    first = run("readCompanyCallLog", "type=Voice", "type=Fax", "page=2", "--json", settings=settings)
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["records"][0]["id"] == "12345678901234567890123"
    query = parse_qsl(urlsplit(server.asked(LOG)[0].path).query)
    assert sorted(query) == [("page", "2"), ("type", "Fax"), ("type", "Voice")]
    table = run("readCompanyCallLog", settings=settings)
    assert "12345678901234567890123" in table.output
    assert "uri" not in table.output
    assert server.tokens == 1


def test_shows_an_object_as_one(server: Server, settings: Path) -> None:
    """A list among the fields of an object is no table; integers of any size are printed whole, for programs too."""
    long = 10**30
    extension = {"id": "101", "name": "Ann", "number": long, "serviceFeatures": [{"featureName": "SMS"}]}
    server.answer("GET /restapi/v1.0/account/~/extension/~", says(extension))
    assert json.loads(run("readExtension", settings=settings).output) == extension
    assert json.loads(run("readExtension", "--json", settings=settings).output) == extension
    server.answer(f"GET {LOG}", says({"logs": [{"id": "1"}], "paging": {"page": 1}}))
    assert run("readCompanyCallLog", settings=settings).output.split() == ["id", "─" * 2, "1"]


def test_tables_show_what_people_know_things_by(server: Server, settings: Path) -> None:
    """People and things by number or name; an empty list says so; parts of an answer with what they are or why not."""
    message = {
        "id": "1",
        "uri": "x",
        "from": {"phoneNumber": "+1650"},
        "to": [{"name": "Bob"}, {"extensionNumber": "7"}],
    }
    server.answer(f"GET {LOG}", says({"records": [{**message, "legs": ["x"], "none": {}}]}))
    header, _, row = run("readCompanyCallLog", settings=settings).output.splitlines()
    assert (header.split(), row.split()) == (["id", "from", "to"], ["1", "+1650", "Bob,", "7"])
    server.answer(f"GET {LOG}", says({"records": [], "navigation": {}, "paging": {}}))
    assert run("readCompanyCallLog", settings=settings).output == "none\n"
    parts = [
        {"resourceId": "1", "status": 200, "body": {"id": "1", "subject": "Hi"}},
        {"resourceId": "2", "status": 404, "body": {"message": "not found"}},
    ]

    async def several(_: web.Request) -> web.StreamResponse:
        kind = "application/vnd.ringcentral.multipart+json"
        return web.Response(status=207, body=json.dumps(parts), content_type=kind)

    server.answer("GET /restapi/v1.0/account/~/extension/~/message-store/1,2", several)
    shown = run("readMessage", "messageId=1,2", settings=settings).output
    assert "Hi" in shown
    assert "not found" in shown
    assert json.loads(run("readMessage", "messageId=1,2", "--json", settings=settings).output) == parts


def test_walks_through_all_pages(server: Server, settings: Path) -> None:
    """`--all-pages` gives the records of every page."""

    async def page(request: web.Request) -> web.StreamResponse:
        number = int(request.query.get("page", "1"))
        return web.json_response({"records": [{"id": str(number)}], "paging": {"page": number, "totalPages": 3}})

    server.answer(f"GET {LOG}", page)
    listed = run("readCompanyCallLog", "--all-pages", "--json", settings=settings)
    assert json.loads(listed.output) == [{"id": "1"}, {"id": "2"}, {"id": "3"}]


def test_sends_bodies_and_files(server: Server, settings: Path, tmp_path: Path) -> None:
    """A body from a file, from standard input or in place; files by their paths; 204 prints nothing."""
    posts = "/team-messaging/v1/chats/7/posts"
    server.answer(f"POST {posts}", says({"id": "1"}, 201))
    file = tmp_path / "body.json"
    file.write_text('{"text": "from a file"}')
    for words, given in (
        (("--body", str(file)), None),
        (("--body", "-"), '{"text":"x"}'),
        (('body={"text":"y"}',), None),
    ):
        sent = run("createGlipPost", "chatId=7", *words, settings=settings, given=given)
        assert sent.exit_code == 0, sent.output
    assert [json.loads(item.body)["text"] for item in server.asked(posts)] == ["from a file", "x", "y"]
    server.answer("POST /restapi/v1.0/account/~/extension/~/profile-image", says(None, 204))
    picture = tmp_path / "me.png"
    picture.write_bytes(b"PNG")
    assert run("createUserProfileImage", f"image={picture}", settings=settings).output == ""
    assert b"PNG" in server.seen[-1].body


def test_writes_content_to_a_file(server: Server, settings: Path, tmp_path: Path) -> None:
    """A recording goes to `--out`; without it the command says so."""
    place = "/restapi/v1.0/account/~/recording/7/content"

    async def sound(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"sound", content_type="audio/mpeg")

    server.answer(f"GET {place}", sound)
    out = tmp_path / "a.mp3"
    assert run("listCallRecordingData", "recordingId=7", "--out", str(out), settings=settings).exit_code == 0
    assert out.read_bytes() == b"sound"
    refused = run("listCallRecordingData", "recordingId=7", settings=settings)
    assert (refused.exit_code, "--out FILE" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["page"], "is not key=value"),
        (["page=1", "page=2"], "page is given twice"),
        (["pag=1"], "did you mean page"),
        (["page=x"], "must be a whole number"),
        (["--identity", "other"], "there are: main"),
    ],
)
def test_wrong_use_is_said_before_anything_is_sent(server: Server, settings: Path, words: list[str], said: str) -> None:
    """Each mistake has one message, and the server sees no call."""
    result = run("readCompanyCallLog", *words, settings=settings)
    assert result.exit_code != 0
    assert said in result.output + str(result.exception)
    assert server.asked(LOG) == []


def test_bodies_that_cannot_be_read_are_wrong_use() -> None:
    """No such file, no JSON."""
    for given, said in ((("--body", "/nowhere.json"), "cannot read"), (("body={",), "is not JSON")):
        result = run("createGlipPost", "chatId=7", *given)
        assert (result.exit_code, said in result.output) == (2, True)
    assert read_parameters(operation("updateGlipPostText"), ("text=hello",), None) == {"text": "hello"}
    with pytest.raises(Exception, match="given twice"):
        read_parameters(operation("readExtension"), ("x=1", "x=2"), None)


def test_says_what_has_become_of_an_operation(server: Server, settings: Path) -> None:
    """A superseded operation is called as written, and its successor is named on standard error."""
    server.answer("GET /restapi/v1.0/glip/groups", says({"records": []}))
    result = run("listGlipGroups", settings=settings)
    assert "superseded by GET /team-messaging/v1/chats" in result.stderr
    assert server.asked("/restapi/v1.0/glip/groups")
