"""What is said about mistakes: one message, the right exit code, no traceback, no secret."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from switchhook.simulator.platform import Platform
from tests.faults.processes import free_ports

pytestmark = pytest.mark.processes

SECRET = "very-secret-indeed"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def write(tmp_path):
    """Write settings that are right but for what a test changes."""

    def write_file(change=lambda text: text, server="http://127.0.0.1:9", port=None):
        port, admin, ingress_admin = [port or free_ports(1)[0], *free_ports(2)]
        text = f"""
[[identities]]
name = "main"
server = "{server}"
client_id = "some-client"
client_secret = "{SECRET}"
jwt = "{SECRET}"
[ingress]
host = "127.0.0.1"
port = {port}
public_url = "http://127.0.0.1:{port}"
master_secrets = ["{SECRET}"]
[admin]
port = {admin}
ingress_port = {ingress_admin}
"""
        file = tmp_path / "switchhook.toml"
        file.write_text(change(text))
        return file

    return write_file


async def run(*arguments, environment=None):
    """Run the command; its exit code and everything it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "switchhook.cli", *map(str, arguments)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
    )
    async with asyncio.timeout(90):
        said, _ = await process.communicate()
    text = said.decode()
    assert "Traceback" not in text, text
    assert SECRET not in text, text
    return process.returncode, text


@pytest.mark.parametrize("verb", ["run", "ingress", "worker", "check"])
async def test_a_misspelt_and_a_missing_setting_are_named(write, verb):
    """Both are in one report, by their place, with what was meant; exit code 2."""
    file = write(lambda text: text.replace("public_url", "public_ulr").replace('client_id = "some-client"', ""))
    code, said = await run(verb, "--settings", file)
    assert code == 2
    assert "ingress.public_ulr: unknown setting; did you mean `public_url`?" in said
    assert "identities[0].client_id: is missing" in said
    assert str(file) in said


async def test_an_unreachable_platform(write):
    """`check` says that the platform cannot be reached, where, and what to do; exit code 3."""
    code, said = await run("check", "--settings", write())
    assert code == 3
    assert "away" in said
    assert "no connection to 127.0.0.1" in said
    assert "check the network and the server's address" in said


async def test_a_port_in_use(write):
    """The ingress names the port and the setting; exit code 2, and `run` ends instead of trying for ever."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file = write(port=port)
        for verb in ("ingress", "run"):
            code, said = await run(verb, "--settings", file)
            assert code == 2, verb
            assert f"cannot listen on 127.0.0.1:{port}: it is in use" in said
            assert "set another ingress.port" in said
        code, said = await run("simulate", "--port", port)
        assert code == 2
        assert "set another --port" in said


async def test_wrong_credentials(write):
    """`check` says that the platform does not accept the credentials and which they are; exit code 1."""
    platform = Platform(limits=False)
    await platform.start()
    try:
        code, said = await run("check", "--settings", write(server=platform.url))
    finally:
        await platform.stop()
    assert code == 1
    assert "identity main" in said
    assert "client_id" in said


async def test_a_handler_that_does_not_import(write, tmp_path):
    """The message names handler, error, file and line; exit code 2. So does one that does not exist."""
    folder = tmp_path / "handlers"
    folder.mkdir()
    (folder / "broken.py").write_text('"""Broken."""\nimport no_such_module\n')
    handlers = f'[worker]\nhandlers_folder = "{folder}"\n[[handlers]]\nuse = "broken"\n[[handlers]]\nuse = "forwrad"\n'
    for verb in ("worker", "check", "run"):
        code, said = await run(verb, "--settings", write(lambda text: text + handlers))
        assert code == 2, verb
        assert "handlers[0].use: broken cannot be imported" in said
        assert "no_such_module" in said
        assert "broken.py:2" in said
        assert "did you mean forward" in said


async def test_handlers_that_may_decide_the_same_call(write):
    """`check` notes the two, and which has the first turn; it is no mistake."""
    two = '\n[[handlers]]\nuse = "answer"\n[[handlers]]\nuse = "forward"\nsettings = { to = "102" }\n'
    _, said = await run("check", "--settings", write(lambda text: text + two))
    assert "handlers answer and forward" in said
    assert "both may decide the same call: answer has the first turn" in said


async def test_a_journal_that_cannot_be_written(write, tmp_path):
    """A journal where no file can be made is named with the reason; exit code 3."""
    (tmp_path / "file").write_text("")
    change = lambda text: text.replace("[admin]", f'journal = "{tmp_path}/file/journal.db"\n[admin]')  # noqa: E731
    code, said = await run("ingress", "--settings", write(change))
    assert code == 3
    assert "file/journal.db" in said


async def test_java_missing(tmp_path):
    """`make kafka` without Java says what is missing and how to get it, and fails only where it is required."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in ("bash", "sh", "make", "grep", "sed", "column", "touch", "echo"):
        if found := shutil.which(tool):
            (path / tool).symlink_to(found)
    for name in ("Makefile", "deploy"):
        (tmp_path / name).symlink_to(ROOT / name) if name == "Makefile" else shutil.copytree(
            ROOT / "deploy/kafka", tmp_path / "deploy/kafka", ignore=shutil.ignore_patterns("lib")
        )
    for environment, code in (({}, 0), ({"CI": "true"}, 2)):
        process = await asyncio.create_subprocess_exec(
            *(path / "make", "kafka"),
            cwd=tmp_path,
            env={"PATH": str(path), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == code, said.decode()
        assert b"Java 17 or Maven is missing" in said
        assert b"apt-get install" in said
