"""Settings: what a handler lets people choose."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A handler's own settings: subclass it and declare fields. Frozen; an unknown key is an error.

    The docstring under a field is its documentation, for `switchhook handlers list` and the JSON schema.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
