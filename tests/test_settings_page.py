"""The page of settings is what the model says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import get_args

from switchhook.settings import AppSettings

ROOT = Path(__file__).parent.parent


def test_no_drift() -> None:
    """Whoever changes a setting writes the page anew: python deploy/settings.py."""
    spec = importlib.util.spec_from_file_location("deploy_settings", ROOT / "deploy/settings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.OUT.read_text(encoding="utf-8") == module.page(), "run: python deploy/settings.py"


def test_every_setting_is_documented() -> None:
    """Under its field, so that the page, the JSON schema and editors all say it."""
    for table, field in AppSettings.model_fields.items():
        model = get_args(field.annotation)[0] if get_args(field.annotation) else field.annotation
        undocumented = [name for name, known in model.model_fields.items() if not known.description]
        assert undocumented == [], table
