"""Every operation as a method, and the stubs that describe them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from switchhook.api import catalogue, operations, shapes
from switchhook.api.operations import Operations


class Caller:
    """Notes what is called and answers with pages."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def __call__(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        self.calls.append((operation, dict(parameters)))
        page = int(parameters.get("page", 1))
        return {"records": [page], "paging": {"page": page, "totalPages": 2}}


async def test_calls_by_id_in_either_case() -> None:
    """Camel and snake case reach the same operation."""
    caller = Caller()
    api = Operations(caller)
    await api.readExtension(extensionId="101")
    await api.read_extension(extensionId="102")
    assert caller.calls == [("readExtension", {"extensionId": "101"}), ("readExtension", {"extensionId": "102"})]


async def test_an_unknown_operation_is_named_at_once() -> None:
    """Asking for what there is not raises ValueError with near names; private names are ordinary misses."""
    api = Operations(Caller())
    with pytest.raises(ValueError, match="did you mean readExtension"):
        _ = api.readExtensoin  # type: ignore[attr-defined] # that is the point
    assert not hasattr(api, "__wrapped__")


async def test_walks_through_pages() -> None:
    """`pages` yields every record of every page."""
    caller = Caller()
    assert [record async for record in Operations(caller).pages("list_extensions", perPage=1)] == [1, 2]
    assert [parameters for _, parameters in caller.calls] == [{"perPage": 1}, {"perPage": 1, "page": 2}]


def test_stubs_are_up_to_date() -> None:
    """What the catalogue and the schemas say is what editors see."""
    command = [sys.executable, Path(__file__).parents[2] / "deploy" / "stubs.py", "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_every_answer_has_a_type() -> None:
    """No signature answers Any, but bytes, None, text, a shape, or a list of parts for several ids."""
    written = Path(operations.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    answers = dict(re.findall(r"async def (\w+)\(.*\) -> (.+):", written))
    assert set(answers) == {*catalogue.operations(), *catalogue.besides()}
    assert [name for name, kind in answers.items() if "Any" in kind] == []


def test_shapes_exist_at_run_time() -> None:
    """Annotations may name any shape; at run time it is a dictionary."""
    assert shapes.CallParty is dict
