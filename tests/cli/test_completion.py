"""Completion in the shells themselves: what is typed, a tab, and what the command is then started with."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed import installed

pytestmark = pytest.mark.processes

SWITCHHOOK = Path(sys.prefix) / "bin" / "switchhook"
PATIENCE = 60.0
"""Seconds until a shell must have answered: generous, as machines may be busy."""
SETUPS = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(_SWITCHHOOK_COMPLETE=bash_source switchhook)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -U compinit; compinit -u -D; eval "$(_SWITCHHOOK_COMPLETE=zsh_source switchhook)"',
    ),
}
TAB = "\t"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A machine on which `switchhook` completes, and otherwise only shows the words that it is started with."""
    stub = tmp_path / "switchhook"
    stub.write_text(
        f'#!/bin/sh\n[ -n "$_SWITCHHOOK_COMPLETE" ] && exec {SWITCHHOOK} "$@"\nprintf "(%s)" "$@"; echo "(end)"\n'
    )
    stub.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("_SWITCHHOOK", "XDG_"))}
    own = {"HOME": str(tmp_path), "TERM": "dumb", "PS1": "", "INPUTRC": os.devnull}
    return kept | own | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


class Terminal:
    """A shell that somebody types into."""

    def __init__(self, master: int) -> None:
        self._master = master

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def until(self, said: str) -> str:
        """What it prints up to and with these words."""
        text = ""
        while said not in text:
            ready, _, _ = select.select([self._master], [], [], PATIENCE)
            assert ready, f"never said {said!r}: {text}"
            text += os.read(self._master, 65_536).decode(errors="replace")
        return text


@pytest.fixture
def terminal(shell: str, environment: dict[str, str]) -> Iterator[Terminal]:
    """The shell, ready to complete."""
    words, setup = SETUPS[shell]
    path = installed(shell, package=shell)
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [path, *words], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    os.close(slave)
    try:
        opened = Terminal(master)
        opened.type(f"{setup}; echo is-'ready'\n")
        opened.until("is-ready")
        yield opened
    finally:
        child.kill()
        child.wait()
        os.close(master)


TYPED = [
    (f"dead ret{TAB}17", ["dead", "retry", "17"]),
    (f"api answerCallP{TAB}te{TAB}s-1", ["api", "answerCallParty", "telephonySessionId=s-1"]),
    (f"api listExtensions status=Ena{TAB}page=2", ["api", "listExtensions", "status=Enabled", "page=2"]),
    (f"api --group Call\\ Lo{TAB}", ["api", "--group", "Call Log"]),
    (f"run --settings /etc/hostn{TAB}", ["run", "--settings", "/etc/hostname"]),
]


@pytest.mark.parametrize("shell", sorted(SETUPS))
def test_what_a_tab_makes_of_it(shell: str, terminal: Terminal) -> None:
    """A verb, an operation and its parameter without a space behind it, a value, words with a space, a file."""
    del shell
    for typed, started_with in TYPED:
        terminal.type(f"switchhook {typed}\n")
        said = terminal.until("(end)")
        assert "".join(f"({word})" for word in started_with) + "(end)" in said


OFFERED = [
    ("switchhook dead ret", "retry\tRun it again."),
    ("switchhook dead li", "list\tList the dead letters, oldest first; with..."),
    ("switchhook api answerCallParty te", "telephonySessionId="),
    ("switchhook api listExtensions status=Ena", "status=Enabled"),
    ("switchhook api --group Call\\ Lo", "Call Log"),
    ("switchhook run --settings /etc/hostn", "/etc/hostname"),
]


def test_what_fish_offers(environment: dict[str, str]) -> None:
    """The same, with descriptions that are not cut at a comma."""
    fish = installed("fish", package="fish")
    script = "_SWITCHHOOK_COMPLETE=fish_source switchhook | source; for line in $argv; complete -C $line; end"
    lines = [typed for typed, _ in OFFERED]
    done = subprocess.run(
        [fish, "--no-config", "-c", script, *lines], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [offered for _, offered in OFFERED], done.stderr
