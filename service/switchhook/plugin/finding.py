"""Finds and imports handlers: by entry point, by `module:name`, or as a file of a mounted folder."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from switchhook.errors import HandlerError, HandlerInvalid, UnknownHandler
from switchhook.plugin.handler import Handler

GROUP = "switchhook.handlers"


def discover(folder: Path | None = None) -> Mapping[str, str]:
    """Names of all handlers that can be used → where they come from (entry points, files of the mounted folder).

    Nothing is imported. A file hides nothing: where it has the name of an entry point, it is listed with `.py`.
    """
    found = {name: _origin(points[0]) for name, points in _points().items()}
    for name, path in _files(folder).items():
        found[f"{name}.py" if name in found else name] = str(path)
    return dict(sorted(found.items()))


def load(use: str, folder: Path | None = None) -> Handler[Any]:
    """The handler for a `use` word: entry point name, `module:name`, or a file (of the folder, or a path).

    Raises UnknownHandler, naming what there is, and HandlerInvalid for what cannot be imported.
    """
    if use.endswith(".py"):
        return _of_file(_files(folder).get(use.removesuffix(".py"), Path(use)), use, folder)
    if ":" in use:
        module, _, name = use.partition(":")
        return _of_module(_import(use, lambda: importlib.import_module(module)), name, use)
    points = _points().get(use, [])
    if len(points) > 1:
        origins = " and ".join(sorted(_origin(point) for point in points))
        raise HandlerError(f"{use!r} is offered by {origins}; say which as module:name, such as {points[0].value}")
    if points:
        module, _, name = points[0].value.partition(":")
        return _of_module(_import(use, lambda: importlib.import_module(module)), name, use)
    path = _files(folder).get(use)
    if path is None:
        raise _unknown(use, folder)
    return _of_file(path, use, folder)


def _points() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        same = found.setdefault(point.name, [])
        if all(other.value != point.value for other in same):
            same.append(point)
    return found


def _files(folder: Path | None) -> dict[str, Path]:
    if folder is None or not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.name.startswith(("_", "."))}


def _origin(point: EntryPoint) -> str:
    return f"{point.value} ({point.dist.name} {point.dist.version})" if point.dist else point.value


def _of_file(path: Path, use: str, folder: Path | None) -> Handler[Any]:
    if not path.is_file():
        raise _unknown(use, folder)
    name = f"switchhook_handler_files.{path.stem}"
    module = _import(use, lambda: _execute(name, path))
    handlers = [value for value in vars(module).values() if isinstance(value, Handler)]
    if isinstance(getattr(module, "handler", None), Handler):
        return _of_module(module, "handler", use)
    if len(handlers) == 1:
        return handlers[0]
    raise HandlerInvalid(f"{path}: " + ("more than one Handler" if handlers else "no Handler") + '; name one "handler"')


def _execute(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pydantic look up the module of a class while it is made
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _of_module(module: ModuleType, name: str, use: str) -> Handler[Any]:
    found = getattr(module, name or "handler", None)
    if isinstance(found, Handler):
        return found
    there = sorted(key for key, value in vars(module).items() if isinstance(value, Handler))
    wrong = "is no Handler" if found is not None else "does not exist"
    hint = f"the module has {', '.join(there)}" if there else "the module has none"
    raise HandlerInvalid(f"{use}: {name or 'handler'} {wrong} in {module.__file__}; {hint}")


def _import(use: str, act: Callable[[], ModuleType]) -> ModuleType:
    try:
        return act()
    except HandlerInvalid:
        raise
    except (Exception, SystemExit) as error:
        said = str(error).partition("\n")[0]
        raise HandlerInvalid(
            f"{use} cannot be imported: {type(error).__name__}" + (f": {said}" if said else "") + _where(error)
        ) from error


def _where(error: BaseException) -> str:
    """The last place in the plugin's own code; imports and libraries below it are of no use to its author."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}:{error.lineno})"
    ours = str(Path(__file__).parent)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        machinery = frame.filename.startswith(("<", ours)) or "importlib" in Path(frame.filename).parts
        if not machinery and "site-packages" not in frame.filename:
            return f" ({frame.filename}:{frame.lineno})"
    return ""


def _unknown(use: str, folder: Path | None) -> UnknownHandler:
    there = discover(folder)
    close = difflib.get_close_matches(use.removesuffix(".py"), list(there), n=3)
    where = f", in {folder}" if folder else ""
    with contextlib.suppress(OSError):
        if folder is not None and not folder.is_dir():
            where = f" (the folder {folder} does not exist)"
    hint = f"; did you mean {' or '.join(close)}?" if close else f"; there is {', '.join(there) or 'none'}"
    return UnknownHandler(f"no handler {use!r}{where}{hint}")
