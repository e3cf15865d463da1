"""What a plugin imports: everything it needs, and nothing that it does not."""

import subprocess
import sys

import switchhook
from switchhook.events import types


def test_every_event_is_there():
    """A handler asks for events by their types."""
    assert set(types.__all__) <= set(switchhook.__all__)
    assert sorted(switchhook.__all__) == sorted(set(switchhook.__all__))
    assert all(hasattr(switchhook, name) for name in switchhook.__all__)


def test_import_is_light():
    """No HTTP client, event loop, log formatter, command line, settings file; no catalogue parsed until it is used."""
    asked = (
        "import sys, switchhook\n"
        "from switchhook.api import catalogue\n"
        "heavy = {'aiohttp', 'aiokafka', 'asyncio', 'click', 'cryptography', 'httptools', 'prometheus_client',"
        "'pydantic_settings', 'rich', 'starlette', 'structlog', 'uvicorn', 'uvloop', 'yarl'}\n"
        "print(sorted(heavy & set(sys.modules)), catalogue._read.cache_info().currsize)\n"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "[] 0\n"
