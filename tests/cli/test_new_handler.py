"""`handlers new`: what it makes passes its own tests, ruff and mypy untouched, and installs as a handler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from switchhook.cli.new_handler import new_handler
from switchhook.cli.try_handler import try_handler


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """A package as it is made, nothing changed."""
    folder = tmp_path_factory.mktemp("new")
    result = CliRunner().invoke(new_handler, ["greet_callers", "--into", str(folder)])
    assert result.exit_code == 0, result.output
    made = folder / "switchhook-greet-callers"
    assert f"cd {made}" in result.output
    return made


def run(package: Path, *command: str, **environment: str) -> str:
    """The output of a Python program in the package's folder; it must succeed."""
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=package, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("pytest", "-q", "-p", "no:cacheprovider"),
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--no-cache", "--check", "."),
        ("mypy", "--cache-dir", str(Path(".mypy_cache/outside").absolute())),
    ],
    ids=["pytest", "ruff check", "ruff format", "mypy"],
)
def test_new_package_is_clean(package, command):
    """A newcomer starts on green."""
    output = run(package, *command)
    assert "2 passed" in output or "pytest" not in command[0]


def test_new_package_installs_as_a_handler(package, tmp_path):
    """Its wheel has the entry point by which Switchhook finds it."""
    run(package, "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel"))
    (wheel,) = (tmp_path / "wheel").iterdir()
    run(package, "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path / "site"), str(wheel))
    asked = "from switchhook.registry import load; handler = load('greet_callers'); print(handler.summary)"
    (tmp_path / "ask.py").write_text(asked)
    output = run(tmp_path, "ask", PYTHONPATH=str(tmp_path / "site"))
    assert output == "Post a line to a chat for every missed call.\n"


@pytest.mark.parametrize("name", ["Greet", "greet-callers", "1st", "class", ""])
def test_name_that_is_none_is_refused(name, tmp_path):
    """Saying how a name looks; nothing is made."""
    result = CliRunner().invoke(new_handler, [name, "--into", str(tmp_path)])
    assert result.exit_code == 2
    assert "as in greet_callers" in result.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(package):
    """A package that is there stays as it is."""
    result = CliRunner().invoke(new_handler, ["greet_callers", "--into", str(package.parent)])
    assert result.exit_code == 2
    assert "switchhook-greet-callers exists" in result.output


def test_event_that_comes_with_it_can_be_tried(package):
    """The command of its README, on the file itself."""
    code = package / "src" / "switchhook_greet_callers" / "__init__.py"
    result = CliRunner().invoke(try_handler, [str(code), "--event", str(package / "event.json"), "--set", "chat=55"])
    assert result.exit_code == 0, result.output
    assert "1. createGlipPost" in result.output
