"""The README of the simulator: its tables are what there is, its program runs, its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from switchhook.cli.simulate import simulate
from switchhook.simulator.faults import FAULTS
from switchhook.simulator.platform import Platform

README = Path(__file__).parents[2] / "service/switchhook/simulator/README.md"
TEXT = README.read_text("utf-8")


def table(name: str) -> dict[str, str]:
    """A table between its marks: first column → second."""
    part = TEXT.partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0]
    rows = [row.strip("|").split("|") for row in part.strip().splitlines()[2:]]
    return {cells[0].strip().strip("`"): cells[1].strip().strip("`") for cells in rows}


def test_faults_knobs_and_scenes_are_those_there_are() -> None:
    """Every one with what the code says of it."""
    platform = Platform(manual_time=True)
    assert table("faults") == FAULTS
    assert table("scenes") == platform.scenes()
    assert table("knobs") == {name: str(value) for name, value in platform.knobs().items()}


def test_the_program_runs() -> None:
    """As it stands, in a process of its own."""
    (program,) = re.findall(r"^```python\n((?:.*\n)*?)```$", TEXT, re.MULTILINE)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr


def test_its_commands_and_options_exist() -> None:
    """Every `switchhook simulate …` of the text, verb by verb and option by option."""
    for line in re.findall(r"switchhook simulate ([^\n`]*)", TEXT):
        words = line.split()
        verb = words[0] if words and not words[0].startswith("-") and words[0].islower() else ""
        command = simulate.commands[verb] if verb else simulate
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line
    options = {option for parameter in simulate.params for option in parameter.opts}
    assert set(re.findall(r"^\| `(--[a-z-]+)", TEXT, re.MULTILINE)) == options - {"--host", "--port"}
    assert CliRunner().invoke(simulate, ["--help"]).exit_code == 0


def test_who_there_is() -> None:
    """Numbers and names of the table are those of the company."""
    rows = re.findall(r"^\| (\d{3}) \| ([^|,]+)", TEXT, re.MULTILINE)
    company = Platform(manual_time=True).world.account
    assert {number: name.strip() for number, name in rows} == {
        each.number: each.name for each in company.extensions.values()}  # fmt: skip
