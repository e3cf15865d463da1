"""The page of all events is what the types say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import switchhook
from switchhook.events import types
from switchhook.events.types import Event

ROOT = Path(__file__).parent.parent.parent


def test_no_drift() -> None:
    """Whoever changes a type writes the page anew: python deploy/events.py."""
    spec = importlib.util.spec_from_file_location("deploy_events", ROOT / "deploy/events.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.OUT.read_text(encoding="utf-8") == module.page(), "run: python deploy/events.py"


def test_every_event_is_explained_and_public() -> None:
    """In the page, and on the public face."""
    text = (ROOT / "service/switchhook/events/README.md").read_text(encoding="utf-8")
    for name in types.__all__:
        assert f"## {name}\n" in text
        assert getattr(switchhook, name, None) is getattr(types, name) or name == "Event"
        assert issubclass(getattr(types, name), Event)
        assert getattr(types, name).__doc__.strip()
