"""Commands that some tests need and `make tools` installs. Where one is missing its tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def installed(*commands: str, package: str) -> str:
    """The path of the first of these commands that is there, in our environment or on the machine.

    Skips the test if none is; with CI=true that is an error.
    """
    places = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", "")])
    for command in commands:
        found = shutil.which(command, path=places)
        if found is not None:
            return found
    missing = f"{commands[0]} is missing: run `make tools`, or on Debian: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true wants every test: {missing}")
    pytest.skip(missing)
