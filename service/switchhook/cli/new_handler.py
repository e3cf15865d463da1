"""`switchhook handlers new`: a package for a handler of one's own, with a test that passes."""

from __future__ import annotations

import keyword
import re
from importlib import resources
from pathlib import Path
from string import Template

import click

# Template → place in the new package.
FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "event.json": "event.json",
    "handler.py": "src/switchhook_${name}/__init__.py",
    "test_handler.py": "tests/test_${name}.py",
}


@click.command("new")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder to make the package in; else the current one.",
)
def new_handler(name: str, into: Path) -> None:
    """Make a package for a handler called NAME: code, settings, test, README, ready for `pip install -e`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) or keyword.iskeyword(name):
        raise click.UsageError(f"{name!r}: use small letters, digits and _ after a letter, as in greet_callers")
    words = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "title": "".join(part.capitalize() for part in name.split("_")),
    }
    package = into / f"switchhook-{words['dashed']}"
    if package.exists():
        raise click.UsageError(f"{package} exists; choose another name, or say --into FOLDER")
    for template, place in FILES.items():
        text = resources.files("switchhook").joinpath("data", "new_handler", f"{template}.template").read_text("utf-8")
        path = package / Template(place).substitute(words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(words), "utf-8")
    (package / "src" / f"switchhook_{name}" / "py.typed").touch()
    click.echo(
        f"Made {package}. Next:\n  cd {package}\n  pip install -e '.[dev]'\n  pytest\n"
        f"  switchhook handlers try {name} --event event.json --set chat=55\n"
        "Its README.md says how to see it act on a simulated RingCentral."
    )
