"""Reads the settings: file, then environment; every problem at once, by its place."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from switchhook.errors import Problem, SettingsError
from switchhook.secret import folder
from switchhook.settings.model import PREFIX, AppSettings, LogSettings

_OTHER_VARIABLES = (
    "SWITCHHOOK_SETTINGS",
    "SWITCHHOOK_LOG_FORMAT",
    "SWITCHHOOK_LOG_LEVEL",
    "SWITCHHOOK_SIMULATOR",
    "SWITCHHOOK_TEST_KAFKA",
)
_MINIMUM_SECRET = 16


def load(path: Path | None = None) -> AppSettings:
    """Read the file (None: `SWITCHHOOK_SETTINGS`, else ./switchhook.toml if there), then the environment.

    A secret is written `{ env = "NAME" }` or `{ file = "/path" }`; a plain string is accepted too. Raises
    SettingsError with every problem by its place.
    """
    named = path or (Path(os.environ["SWITCHHOOK_SETTINGS"]) if os.environ.get("SWITCHHOOK_SETTINGS") else None)
    file = named or Path("switchhook.toml")
    source = str(file) if named or file.exists() else "settings (environment only: there is no switchhook.toml here)"
    content = _read(file) if named or file.exists() else {}
    token = folder.set(file.absolute().parent)
    try:
        settings = AppSettings(**content)
    except ValidationError as error:
        problems = [_problem(detail["loc"], detail["type"], detail["msg"]) for detail in error.errors()]
        raise SettingsError(_unknown_variables() + problems, source=source) from None
    finally:
        folder.reset(token)
    problems = _unknown_variables() + _requirements(settings)
    if problems:
        raise SettingsError(problems, source=source)
    return settings


def json_schema() -> dict[str, Any]:
    """JSON schema of the settings file, for editors."""
    return AppSettings.model_json_schema()


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read it: {error.strerror}; say --settings FILE or set SWITCHHOOK_SETTINGS"
        raise SettingsError([Problem("file", message)], source=str(file)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([Problem("file", f"is not TOML: {error}")], source=str(file)) from None


def _problem(location: Sequence[int | str], kind: str, message: str) -> Problem:
    place = re.sub(r"\.\[", "[", ".".join(f"[{part}]" if isinstance(part, int) else part for part in location))
    if kind == "extra_forbidden":
        names = _fields(location[:-1])
        close = difflib.get_close_matches(str(location[-1]), names, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(names)}"
        return Problem(place, f"unknown setting; {hint}")
    if kind == "missing":
        return Problem(place, "is missing")
    return Problem(place, message.removeprefix("Value error, "))


def _fields(location: Sequence[int | str]) -> list[str]:
    """Names of the settings in the table at `location`."""
    model: Any = AppSettings
    for part in location:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        model = next((item for item in (annotation, *get_args(annotation)) if hasattr(item, "model_fields")), model)
    return list(model.model_fields)


def _unknown_variables() -> list[Problem]:
    problems = []
    for name in sorted(os.environ):
        if not name.startswith(PREFIX) or name in _OTHER_VARIABLES:
            continue
        parts = name.removeprefix(PREFIX).lower().split("__")
        if len(parts) == 1 and parts[0] in AppSettings.model_fields:
            continue
        if parts[0] in AppSettings.model_fields and len(parts) == 2 and parts[1] in _fields(parts[:1]):
            continue
        close = difflib.get_close_matches(name, _variables(), n=1)
        problems.append(Problem(name, "no such setting" + (f"; did you mean {close[0]}?" if close else "")))
    return problems


def _variables() -> list[str]:
    return [f"{PREFIX}{table}__{field}".upper() for table in AppSettings.model_fields for field in _fields([table])]


def _requirements(settings: AppSettings) -> list[Problem]:
    """What only the settings as a whole can tell."""
    problems = []

    def require(fine: object, place: str, message: str) -> None:
        if not fine:
            problems.append(Problem(place, message))

    names = [identity.name for identity in settings.identities]
    require(names, "identities", "is missing: name at least one [[identities]] with client_id, client_secret and jwt")
    require(len(set(names)) == len(names), "identities", "two have the same name")
    for number, identity in enumerate(settings.identities):
        place = f"identities[{number}]"
        require(
            re.match(r"https?://[^/]+/?$", identity.server), f"{place}.server", "is no http(s) address without a path"
        )
        if settings.log.kind == "kafka":
            require(identity.account, f"{place}.account", "is needed with Kafka; `switchhook check` on SQLite shows it")
    public = settings.ingress.public_url
    reached = re.match(r"https?://[^/]", public) or all(one.transport == "websocket" for one in settings.identities)
    require(reached, "ingress.public_url", "must be the http(s) address the platform can reach")
    require(settings.ingress.master_secrets, "ingress.master_secrets", "is missing: one long random string at least")
    for number, secret in enumerate(settings.ingress.master_secrets):
        long_enough = len(secret.get_secret_value()) >= _MINIMUM_SECRET
        require(long_enough, f"ingress.master_secrets[{number}]", f"is shorter than {_MINIMUM_SECRET} characters")
    if settings.log.kind == "kafka":
        require(settings.log.brokers, "log.brokers", 'is missing: such as ["kafka-1:9092", "kafka-2:9092"]')
        _require_a_way(settings.log, require)
    loopback = settings.admin.host in ("127.0.0.1", "::1", "localhost")
    require(loopback or settings.admin.token, "admin.token", "is needed when admin.host is not loopback")
    used = [handler.name or handler.use for handler in settings.handlers]
    for number, handler in enumerate(settings.handlers):
        place = f"handlers[{number}]"
        require(used.count(used[number]) == 1, f"{place}.name", f"`{used[number]}` is used twice; give each a name")
        known = not handler.identity or handler.identity in names
        require(
            known, f"{place}.identity", f"no identity is called `{handler.identity}`; there are: {', '.join(names)}"
        )
    return problems


def _require_a_way(log: LogSettings, require: Callable[[object, str, str], None]) -> None:
    """What belongs together of the way to the brokers."""
    require(log.password or not log.username, "log.password", "is missing: the one of log.username")
    require(log.username or not log.password, "log.username", "is missing: whose is log.password?")
    in_clear = bool(log.username) and log.mechanism == "PLAIN"
    for name, wanted in (("ca_file", log.ca_file), ("certificate", log.certificate), ("mechanism PLAIN", in_clear)):
        require(log.tls or not wanted, "log.tls", f"must be true for log.{name}")
    require(log.certificate or not log.key, "log.certificate", "is missing: whose is log.key?")
