"""Where a process on this machine reaches what listens."""

from __future__ import annotations

import pytest

from switchhook.app.ports import local_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8081"),
        ("", "http://127.0.0.1:8081"),
        ("::", "http://[::1]:8081"),
        ("::1", "http://[::1]:8081"),
        ("10.1.2.3", "http://10.1.2.3:8081"),
    ],
)
def test_a_wildcard_is_reached_by_loopback(host: str, url: str) -> None:
    """Whatever stands in the settings, verbs find the process; an IPv6 address gets its brackets."""
    assert local_url(host, 8081) == url
