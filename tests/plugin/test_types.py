"""Both type checkers on a good and on a bad plugin that lives outside of the project."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "outside"
MYPY = ("mypy", "--strict", "--cache-dir", str(Path(".mypy_cache/outside").absolute()))
PYRIGHT = ("basedpyright", "--pythonpath", sys.executable, "--level", "error")  # pyright's engine, as a wheel


@pytest.fixture
def outside(tmp_path) -> Path:
    """A folder of somebody else's with the two plugins."""
    for name in ("good.py", "bad.py"):
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def refused(checker: Sequence[str], outside: Path) -> set[tuple[str, int]]:
    """File and line of every error."""
    ran = subprocess.run(
        [sys.executable, "-m", *checker, "good.py", "bad.py"],
        cwd=outside, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    found = re.findall(r"(\w+\.py):(\d+)(?::\d+)?(?: -)?:? error", ran.stdout)
    assert found, ran.stdout + ran.stderr
    return {(file, int(line)) for file, line in found}


@pytest.mark.parametrize("checker", [MYPY, PYRIGHT], ids=["mypy", "pyright"])
def test_type_checker_names_every_mistake_and_nothing_else(outside, checker):
    """Wrong event, settings, function, span, field and verb; the good plugin passes in strict mode."""
    lines = (HERE / "bad.py").read_text().splitlines()
    wrong = {("bad.py", number) for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    assert refused(checker, outside) == wrong
