"""Brokers that want TLS, a password, or a certificate of ours: a real one that wants each."""

from __future__ import annotations

import datetime
import ipaddress
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from switchhook.clock import SystemClock
from switchhook.errors import LogUnavailable, SettingsError
from switchhook.log import Batch, NewRecord
from switchhook.log.kafka import KafkaLog, topics
from switchhook.log.kafka.connection import connection
from switchhook.settings import LogSettings
from tests.kafka import Broker, _free_ports

PASSWORD = "a password of the worker"


class Authority:
    """Signs certificates for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")])
        self.file = folder / "authority.pem"
        self.pem = self._certify(self._name, self._key, authority=True).decode()
        self.file.write_text(self.pem)

    def sign(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Files of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate, private = folder / f"{name}.pem", folder / f"{name}-key.pem"
        certificate.write_bytes(self._certify(subject, key, authority=False))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private

    def _certify(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        )
        signed = builder.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)


class Guarded(Broker):
    """A broker with three more listeners: TLS and a password, a password alone, TLS and a certificate of ours."""

    more = ("--add-scram", f"SCRAM-SHA-512=[name=worker,password={PASSWORD}]")

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._authority = authority
        self._certificate, self._key = authority.sign(folder, "broker")
        self.tls, self.plain, self.mutual = (f"127.0.0.1:{port}" for port in _free_ports(3))
        super().__init__(folder)

    def _settings(self) -> str:
        def in_one_line(pem: str) -> str:
            return pem.strip().replace("\n", " \\\n ")

        more = {"TLS": self.tls, "PLAIN": self.plain, "MUTUAL": self.mutual}
        listeners = "".join(f",{name}://{address}" for name, address in more.items())
        ours = ("listeners=", "advertised.listeners=")
        lines = [line + listeners * line.startswith(ours) for line in super()._settings().splitlines()]
        protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SASL_SSL,PLAIN:SASL_PLAINTEXT,MUTUAL:SSL"
        module = "org.apache.kafka.common.security"
        plain = f'{module}.plain.PlainLoginModule required user_worker="{PASSWORD}";'
        lines += [
            f"listener.security.protocol.map={protocols}",
            "listener.name.tls.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512",
            f"listener.name.tls.plain.sasl.jaas.config={plain}",
            f"listener.name.tls.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;",
            "listener.name.plain.sasl.enabled.mechanisms=SCRAM-SHA-512",
            f"listener.name.plain.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;",
            "listener.name.mutual.ssl.client.auth=required",
            "ssl.keystore.type=PEM",
            f"ssl.keystore.certificate.chain={in_one_line(self._certificate.read_text())}",
            f"ssl.keystore.key={in_one_line(self._key.read_text())}",
            "ssl.truststore.type=PEM",
            f"ssl.truststore.certificates={in_one_line(self._authority.pem)}",
        ]
        return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that lasts for this file."""
    made = Path(tempfile.mkdtemp(prefix="switchhook-kafka-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    """Who signed the broker's certificate."""
    return Authority(folder)


@pytest.fixture(scope="module")
def guarded(folder: Path, authority: Authority) -> Iterator[Guarded]:
    """The broker."""
    if os.environ.get("SWITCHHOOK_TEST_KAFKA"):
        pytest.skip("SWITCHHOOK_TEST_KAFKA names a broker that is not set up for this")
    made = Guarded(folder, authority)
    made.start()
    yield made
    made.kill()


def settings(address: str, **more: object) -> LogSettings:
    """Of a log of its own on that listener."""
    return LogSettings.model_validate(
        {"kind": "kafka", "brokers": [address], "prefix": f"t{secrets.token_hex(6)}-", "partitions": 1,
         "replication": 1, "single_broker": True, "session_timeout": 2.0} | more
    )  # fmt: skip


async def stored_and_read(mine: LogSettings) -> None:
    """Every kind of client comes through: what makes topics, what appends, what reads, what looks."""
    await topics.create(mine, 1_048_576)
    assert await topics.check(mine, 1_048_576) == []
    log = KafkaLog(mine, clock=SystemClock())
    try:
        await log.append([NewRecord("1", "key", b"{}", 0.0, {})])
        assert [record.value for record in await log.recent(1)] == [b"{}"]
        async with log.read("workers") as reader:
            while not isinstance(step := await reader.next(1.0), Batch):
                pass
        assert [record.value for record in step.records] == [b"{}"]
    finally:
        await log.close()


@pytest.mark.kafka
@pytest.mark.parametrize("way", ["SCRAM over TLS", "PLAIN over TLS", "SCRAM alone", "certificate"])
async def test_comes_through(guarded: Guarded, authority: Authority, folder: Path, way: str) -> None:
    """With what each listener wants."""
    signed_in = {"username": "worker", "password": PASSWORD}
    over_tls = {"tls": True, "ca_file": authority.file}
    if way == "certificate":
        certificate, key = authority.sign(folder, "worker")
        mine = settings(guarded.mutual, **over_tls, certificate=certificate, key=key)
    elif way == "SCRAM alone":
        mine = settings(guarded.plain, **signed_in)
    else:
        mechanism = {"SCRAM over TLS": "SCRAM-SHA-512", "PLAIN over TLS": "PLAIN"}[way]
        mine = settings(guarded.tls, **over_tls, **signed_in, mechanism=mechanism)
    await stored_and_read(mine)


@pytest.mark.kafka
@pytest.mark.parametrize("wrong", ["password", "authority", "no TLS"])
async def test_does_not_come_through(guarded: Guarded, authority: Authority, wrong: str) -> None:
    """A wrong password, an authority that is not ours, no TLS where it is wanted: away, and no password is told."""
    given = {"tls": wrong != "no TLS", "username": "worker", "password": "wrong" if wrong == "password" else PASSWORD}
    if wrong == "password":
        given["ca_file"] = authority.file
    with pytest.raises(LogUnavailable) as caught:
        await topics.check(settings(guarded.tls, **given), 1_048_576)
    assert guarded.tls in str(caught.value)
    assert "log.ca_file" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """By its setting, with the reason; a key that does not belong to it, too."""
    with pytest.raises(SettingsError, match=r"log\.ca_file: cannot be used: No such file"):
        connection(settings("127.0.0.1:1", tls=True, ca_file=tmp_path / "nowhere.pem"))
    certificate, _ = Authority(tmp_path).sign(tmp_path, "one")
    _, key = Authority(tmp_path).sign(tmp_path, "other")
    with pytest.raises(SettingsError, match=r"log\.certificate: cannot be used: "):
        connection(settings("127.0.0.1:1", tls=True, certificate=certificate, key=key))
