"""Settings: file, environment, secrets, and what is said about mistakes."""

import pytest

from switchhook.errors import SettingsError
from switchhook.settings import json_schema, load

GOOD = """
[[identities]]
name = "main"
client_id = "id"
client_secret = { env = "RC_SECRET" }
jwt = { file = "jwt.txt" }

[ingress]
public_url = "https://hooks.example.com"
master_secrets = ["correct horse battery"]

[[handlers]]
use = "forward"
extensions = ["101"]
settings = { to = "+16505550199" }
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a settings file, its secrets in place."""
    monkeypatch.setenv("RC_SECRET", "s3cret-of-the-app")
    (tmp_path / "jwt.txt").write_text("the-jwt\n")

    def write_file(text):
        file = tmp_path / "switchhook.toml"
        file.write_text(text)
        return file

    return write_file


def _problems(file):
    with pytest.raises(SettingsError) as caught:
        load(file)
    return {problem.place: problem.message for problem in caught.value.problems}, str(caught.value)


def test_secrets_by_reference_and_paths_relative_to_the_file(write, tmp_path):
    """Secrets come from environment and file, are hidden when printed, and paths start at the file's folder."""
    settings = load(write(GOOD))
    identity = settings.identities[0]
    assert identity.client_secret is not None
    assert identity.client_secret.get_secret_value() == "s3cret-of-the-app"
    assert identity.jwt is not None
    assert identity.jwt.get_secret_value() == "the-jwt"
    assert "s3cret" not in repr(settings)
    assert settings.ingress.journal == tmp_path / "switchhook-data/journal.db"
    assert settings.state.path == tmp_path / "switchhook-data/state.db", "also where the table is absent"


def test_environment_wins_over_the_file(write, monkeypatch):
    """Any setting can be overridden by its variable."""
    monkeypatch.setenv("SWITCHHOOK_INGRESS__PORT", "9999")
    settings = load(write(GOOD + "\n[admin]\nport = 7000\n"))
    assert settings.ingress.port == 9999
    assert settings.admin.port == 7000


def test_every_problem_is_reported_at_once_by_its_place(write):
    """Misspelt, missing and wrong settings come in one report that names each place and what to do."""
    bad = GOOD.replace('client_id = "id"\n', "").replace("public_url", "pubic_url") + "\n[admin]\nport = 70000\n"
    found, text = _problems(write(bad))
    assert "did you mean `public_url`?" in found["ingress.pubic_url"]
    assert found["identities[0].client_id"] == "is missing"
    assert "65535" in found["admin.port"]
    assert "3 problems" in text


def test_no_secret_in_any_message(write, monkeypatch):
    """A secret of the wrong shape is described, not shown."""
    monkeypatch.delenv("RC_SECRET")
    text = GOOD.replace('"correct horse battery"', '"tooshort"').replace('"id"', "['hunter2']")
    found, message = _problems(write(text))
    assert "RC_SECRET is not set" in found["identities[0].client_secret"]
    assert "hunter2" not in message
    assert "tooshort" not in message


def test_what_only_the_whole_can_tell(write):
    """Missing public address, short master secret, unknown identity, handler used twice, Kafka without brokers."""
    text = (
        GOOD.replace("https://hooks", "hooks").replace("correct horse battery", "short")
        + '\nidentity = "other"\n[[handlers]]\nuse = "forward"\n[log]\nkind = "kafka"\n[admin]\nhost = "0.0.0.0"\n'
    )
    found, _ = _problems(write(text))
    assert set(found) == {
        "ingress.public_url",
        "ingress.master_secrets[0]",
        "handlers[0].identity",
        "handlers[0].name",
        "handlers[1].name",
        "identities[0].account",
        "log.brokers",
        "admin.token",
    }


@pytest.mark.parametrize(
    ("way", "wrong"),
    [
        ('username = "worker"', "log.password"),
        ('password = "secret"', "log.username"),
        ('username = "worker"\npassword = "secret"\nmechanism = "PLAIN"', "log.tls"),
        ('ca_file = "ca.pem"', "log.tls"),
        ('tls = true\nkey = "key.pem"', "log.certificate"),
    ],
)
def test_what_belongs_together_on_the_way_to_the_brokers(write, way, wrong):
    """A user and a password, certificates and TLS; a password is not sent in clear."""
    text = GOOD.replace('client_id = "id"', 'client_id = "id"\naccount = "1"')
    found, message = _problems(write(f'{text}\n[log]\nkind = "kafka"\nbrokers = ["kafka:9092"]\n{way}\n'))
    assert set(found) == {wrong}
    assert "secret" not in message


def test_without_webhooks_no_public_address_is_needed(write):
    """Identities on a WebSocket are reached over a connection of our own; one on webhooks needs the address."""
    socket = GOOD.replace('client_id = "id"', 'client_id = "id"\ntransport = "websocket"')
    without = socket.replace('public_url = "https://hooks.example.com"\n', "")
    assert load(write(without)).identities[0].transport == "websocket"
    found, _ = _problems(write(without + '\n[[identities]]\nname = "other"\nclient_id = "x"\njwt = "a.b.c"\n'))
    assert set(found) == {"ingress.public_url"}


def test_a_misspelt_variable_is_an_error(write, monkeypatch):
    """A SWITCHHOOK_ variable that sets nothing is reported with the near one."""
    monkeypatch.setenv("SWITCHHOOK_INGRESS__PROT", "1")
    found, _ = _problems(write(GOOD))
    assert found["SWITCHHOOK_INGRESS__PROT"] == "no such setting; did you mean SWITCHHOOK_INGRESS__PORT?"


def test_a_file_that_is_none(write, tmp_path):
    """A missing file and one that is no TOML say so in one line."""
    found, _ = _problems(tmp_path / "nowhere.toml")
    assert "SWITCHHOOK_SETTINGS" in found["file"]
    found, _ = _problems(write("= nonsense"))
    assert "is not TOML" in found["file"]


def test_the_schema_describes_every_setting():
    """Editors get the meaning of each setting."""
    schema = json_schema()
    body_limit = schema["$defs"]["IngressSettings"]["properties"]["body_limit"]
    assert body_limit["description"].startswith("Bytes")
