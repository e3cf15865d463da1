"""A real Apache Kafka for tests: started once per run on free ports, and killed, frozen or restarted by fault tests.

`SWITCHHOOK_TEST_KAFKA=host:port` uses one that runs already (fault tests are skipped then). Where Java or the fetched
files are missing, tests marked `kafka` are skipped, a line at the top of the run says so, and with `CI=true` it is an
error.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from switchhook.settings import LogSettings

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "deploy/kafka/lib"
PROPERTIES = ROOT / "deploy/kafka/server.properties"
OTHER = "SWITCHHOOK_TEST_KAFKA"
STARTED = b"Kafka Server started"
STARTS_WITHIN = 60.0


class Broker:
    """One broker with its own folder. `address` stays the same over restarts. `more`: arguments of the formatting."""

    more: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = _free_ports(2)
        self.address = f"127.0.0.1:{self._ports[0]}"
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = folder / "server.properties"
        self._properties.write_text(self._settings())
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = [*_java("kafka.tools.StorageTool"), "format", "-t", identity, "-c", str(self._properties), *self.more]
        subprocess.run(command, check=True, capture_output=True)

    def _settings(self) -> str:
        text = PROPERTIES.read_text().replace(":9092", f":{self._ports[0]}").replace(":9093", f":{self._ports[1]}")
        return text.replace("/var/lib/kafka", str(self.folder / "data"))

    @property
    def running(self) -> bool:
        """Whether its process lives (frozen or not)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return when it takes requests."""
        log = (self.folder / "broker.log").open("ab")
        process = subprocess.Popen(
            [*_java("kafka.Kafka"), str(self._properties)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started = threading.Event()
        threading.Thread(target=_follow, args=(process, log, started), daemon=True).start()
        self._process = process
        if not started.wait(STARTS_WITHIN) or process.poll() is not None:
            self.kill()
            tail = (self.folder / "broker.log").read_text(errors="replace")[-2_000:]
            raise RuntimeError(f"Apache Kafka did not start:\n{tail}")

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def mend(self) -> None:
        """Whatever was done to it, it runs afterwards."""
        if self.running:
            self.thaw()
        else:
            self.start()


def _java(main: str) -> list[str]:
    memory = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    logs = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.log.kafka.server=info"]
    return ["java", *memory, *logs, "-cp", f"{LIBRARY}/*", main]


def _follow(process: subprocess.Popen[bytes], log, started: threading.Event) -> None:
    assert process.stdout is not None
    with process.stdout, log:
        for line in process.stdout:
            if STARTED in line:
                started.set()
            log.write(line)
            log.flush()
    started.set()  # it ended: whoever waits need not wait longer


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def missing() -> str | None:
    """Why no broker can be started here; None if one can."""
    if os.environ.get(OTHER):
        return None
    if shutil.which("java") is None:
        return "Java is missing (on Debian: apt-get install default-jre-headless)"
    if not any(LIBRARY.glob("kafka_*.jar")):
        return "Apache Kafka is not fetched (make kafka)"
    return None


def pytest_report_header() -> str:
    """Say at the top of the run what the Kafka tests run against."""
    if os.environ.get(OTHER):
        return f"kafka: the one at {os.environ[OTHER]}; tests that kill it are skipped"
    reason = missing()
    if reason is not None:
        return f"kafka: TESTS ON APACHE KAFKA ARE SKIPPED: {reason}"
    return "kafka: Apache Kafka from deploy/kafka/lib, started when first needed"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Kafka where there is none; with CI=true that is an error."""
    reason = missing()
    if reason is None:
        return
    wanted = [item for item in items if item.get_closest_marker("kafka")]
    if wanted and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"CI=true wants the tests on the real Apache Kafka: {reason}")
    for item in wanted:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def _broker() -> Iterator[Broker]:
    folder = Path(tempfile.mkdtemp(prefix="switchhook-kafka-"))
    made = Broker(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kafka(request: pytest.FixtureRequest) -> str:
    """host:port of a broker that runs."""
    other = os.environ.get(OTHER)
    if other:
        return other
    broker: Broker = request.getfixturevalue("_broker")
    return broker.address


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """The broker itself, to be killed, frozen and restarted; it runs again afterwards."""
    if os.environ.get(OTHER):
        pytest.skip(f"{OTHER} names a broker that is not ours to kill")
    made: Broker = request.getfixturevalue("_broker")
    yield made
    made.mend()


@pytest.fixture
def kafka_settings(kafka: str) -> LogSettings:
    """Settings of a Kafka log with topics of its own, not made yet."""
    return LogSettings(
        kind="kafka",
        brokers=(kafka,),
        prefix=f"t{secrets.token_hex(6)}-",
        partitions=4,
        replication=1,
        single_broker=True,
        session_timeout=2.0,
    )
