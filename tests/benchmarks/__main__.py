"""Runs the benchmarks named on the command line, or all: every module beside this one that has a function `run`."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import os
import platform
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if _has_run(path))


def _has_run(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == "run" for one in body)


def main() -> None:
    """Entry point."""
    known = names()
    wanted = sys.argv[1:] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"unknown benchmark: {', '.join(unknown)}; there are: {', '.join(known)}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    for name in wanted:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        result = module.run()
        if inspect.isawaitable(result):
            asyncio.run(_finish(result))


async def _finish(result) -> None:
    await result


main()
