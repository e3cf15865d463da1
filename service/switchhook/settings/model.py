"""What can be set, with defaults and meaning: the tables of the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from switchhook.secret import Secret, folder

PREFIX = "SWITCHHOOK_"

Location = Annotated[Path, AfterValidator(lambda path: folder.get() / path.expanduser())]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True, hide_input_in_errors=True
    )


class IdentitySettings(_Table):
    """A user or bot we act as."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    """What handlers and verbs call it: small letters, digits and _; it is part of our addresses."""
    server: str = "https://platform.ringcentral.com"
    """Address of the API, without a path."""
    client_id: str
    """Of the application in the developer console."""
    client_secret: Secret | None = None
    """Left out for an application without a secret."""
    jwt: Secret | None = None
    """The credential made for this user in the developer console."""
    paths: Literal["today", "index"] = "today"
    """Which of its two paths a renamed operation is called by: the platform's present one or the API index's."""
    proxy: Secret | None = None
    """Address of an HTTP proxy on the way to the server, with user and password in it if it wants them."""
    ca_file: Location | None = None
    """Certificates to trust beside the system's, as a PEM file."""
    transport: Literal["webhook", "websocket"] = "webhook"
    """How notifications come: to our public address, or over a connection that we make, for whoever has none."""
    account: str | None = None
    """The account's id. Needed with Kafka: its partition says which worker owns the identity. `check` shows it."""


class IngressSettings(_Table):
    """The public endpoint and its journal."""

    host: str = "0.0.0.0"  # noqa: S104 - the public port
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The public port: nothing but `POST /webhooks/…` is there."""
    public_url: str = ""
    """What the platform can reach us by, such as "https://hooks.example.com"; no path but a prefix of your proxy."""
    master_secrets: tuple[Secret, ...] = ()
    """The first makes addresses and tokens; the others are still accepted. At least 16 characters each."""
    body_limit: Annotated[int, Field(ge=1024)] = 1_048_576
    """Bytes; a longer body is refused with 413."""
    body_timeout: Annotated[float, Field(gt=0)] = 2.0
    """Seconds to wait for a body, then 408 (the platform gives up after 3)."""
    journal: Location = Path("switchhook-data/journal.db")
    """File that accepted notifications are in before they are answered; on a disk that survives a restart."""
    journal_limit: Annotated[int, Field(ge=1_048_576)] = 4_294_967_296
    """Bytes of unrelayed or unhandled records; beyond it 503 and a gap. Alarm at half."""
    acknowledge: Literal["disk", "log"] = "disk"
    """`log` holds the 200 up to 250 ms for the log's own acknowledgement."""


class LogSettings(_Table):
    """The event log."""

    kind: Literal["sqlite", "kafka"] = "sqlite"
    """`sqlite`: the journal itself, on one machine. `kafka`: Apache Kafka, for several workers."""
    brokers: tuple[str, ...] = ()
    """Such as ["kafka-1:9092", "kafka-2:9092"]."""
    tls: bool = False
    """Encrypt the way to the brokers, and check their certificates."""
    ca_file: Location | None = None
    """Certificates to trust beside the system's, as a PEM file."""
    certificate: Location | None = None
    """Our own certificate, as a PEM file, for brokers that ask for one."""
    key: Location | None = None
    """Its private key, as a PEM file without a password; left out if the certificate's file holds it."""
    username: str = ""
    """Who signs in at the brokers; nobody if empty."""
    password: Secret | None = None
    """Of that user."""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How the user signs in. `PLAIN` sends the password as it is: only with `tls`."""
    prefix: str = "switchhook-"
    """Before the topic names `notifications`, `state`, `dead-letters`."""
    partitions: Annotated[int, Field(ge=1)] = 8
    """Of each topic; how many workers can share the accounts. It cannot be changed later."""
    replication: Annotated[int, Field(ge=1)] = 3
    """Copies of each topic that `topics create` asks for."""
    single_broker: bool = False
    """Accept replication 1: losing the broker's disk then loses events."""
    group: str = "switchhook"
    """The workers of one group share the work."""
    session_timeout: Annotated[float, Field(ge=1)] = 10.0
    """Seconds without a heartbeat after which a worker's partitions move."""


class StateSettings(_Table):
    """The worker's state store."""

    path: Location = Path("switchhook-data/state.db")
    """File with effects, calls, parked work, dead letters and tokens (encrypted); with Kafka it is a cache."""


class WorkerSettings(_Table):
    """Dispatching and retrying."""

    handlers_folder: Location | None = None
    """A folder of single-file handlers."""
    dry_run: bool = False
    """Note what handlers would write (`/api/v1/runs` shows it) instead of writing it."""
    concurrency: Annotated[int, Field(ge=1)] = 2_000
    """Runs of one handler at the same time: a slow one delays itself alone."""
    in_flight: Annotated[int, Field(ge=1)] = 10_000
    """Records read but not complete, per partition, before reading pauses."""
    commit_every: Annotated[float, Field(gt=0)] = 1.0
    """Seconds between commits of what is handled."""
    drain: Annotated[float, Field(gt=0)] = 10.0
    """Seconds a stop or rebalance waits for running handlers."""
    retry_in_lane: Annotated[float, Field(ge=0)] = 2.0
    """Seconds of quick retries before a run is parked."""
    retry_attempts: Annotated[int, Field(ge=1)] = 8
    """Failures after which a run becomes a dead letter."""
    retry_age: Annotated[float, Field(gt=0)] = 86_400.0
    """Seconds after its event at which a failing run becomes a dead letter."""
    process_deaths: Annotated[int, Field(ge=2)] = 3
    """Processes that may end while the same run is under way, before it becomes a dead letter."""
    run_timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds a run may take, unless its rule says otherwise."""
    block_timeout: Annotated[float, Field(ge=0)] = 60.0
    """Seconds code may block the event loop before the worker ends itself (exit code 4) to start anew; 0: never."""


class HandlerSettings(_Table):
    """One enabled handler."""

    use: str
    """Entry point name, `module:name`, or file in the handlers folder."""
    name: str = ""
    """A name of its own if the same handler is used twice; the handler's by default."""
    identity: str = ""
    """Which identity it acts as; the first by default."""
    extensions: tuple[str, ...] = ()
    """Scope: extension numbers, `group:NAME`, or `*`; the identity's own extension by default."""
    trial: tuple[str, ...] = ()
    """While it is tried out: the part of the scope it really acts for, in the same words; all of it if empty."""
    hours: str = ""
    """Hours in which it acts, such as "Mon-Fri 09:00-17:00 Europe/Berlin"; at any time if empty."""
    quiet_hours: str = ""
    """Hours in which it does nothing, such as "20:00-08:00 Europe/Berlin" or "Sat-Sun 00:00-24:00 UTC"."""
    once_per_counterparty: str = ""
    """A span such as "1d" in which each of its rules acts once at most for the same caller, sender or author."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Its own settings: `switchhook handlers show NAME` shows them."""


class SubscriptionSettings(_Table):
    """Push subscriptions. They follow from the enabled handlers; these are the numbers."""

    lifetime: Annotated[int, Field(ge=60)] = 604_800
    """Seconds that are asked for; the platform grants what it likes, and that is kept."""
    quota: Annotated[int, Field(ge=1)] = 20
    """Subscriptions that one user may have for one application: 30 by the reference, 20 were met."""
    filters_each: Annotated[int, Field(ge=1)] = 50
    """Event filters in one subscription, unless the quota makes it more."""
    look_every: Annotated[float, Field(gt=0)] = 240.0
    """Seconds between looks at what exists while all is well."""
    probe_after: Annotated[float, Field(gt=0)] = 3_600.0
    """Seconds without any notification after which one is provoked, to see whether it comes."""


class ChatWebhookSettings(_Table):
    """A Glip incoming webhook that the keeper keeps."""

    name: str
    """What handlers call it."""
    chat: str
    """Id or name of the chat that it posts to."""
    identity: str = ""
    """Who makes it; the first identity by default."""
    state: Literal["active", "suspended", "absent"] = "active"
    """What it is kept in; `absent` removes it."""


class AdminSettings(_Table):
    """The operator's port of the worker, and the smaller one of the ingress."""

    host: str = "127.0.0.1"
    """Address to listen on; another than loopback needs a token."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8081
    """The worker's: health, metrics, and what it does."""
    ingress_port: Annotated[int, Field(ge=0, le=65535)] = 8082
    """The ingress's: health and metrics."""
    token: Secret | None = None
    """Bearer token; needed when the host is not loopback."""


class RetentionSettings(_Table):
    """How long things are kept, in seconds."""

    records: float = 604_800.0
    """Handled records, for `events list|show|explain|replay` (SQLite; Kafka's own retention applies there)."""
    seen: float = 1_209_600.0
    """Identities of contents; longer than the longest backfill."""
    effects: float = 1_209_600.0
    """What was written to the platform, and what it answered: a run that is repeated writes nothing twice."""
    dead_letters: float = 7_776_000.0
    """Runs that were given up."""


class AppSettings(BaseSettings):
    """Everything."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
    )

    # Made when the settings are read, not when this module is: relative paths depend on where the file is.
    identities: tuple[IdentitySettings, ...] = ()
    ingress: IngressSettings = Field(default_factory=IngressSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    state: StateSettings = Field(default_factory=StateSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    handlers: tuple[HandlerSettings, ...] = ()
    subscriptions: SubscriptionSettings = SubscriptionSettings()
    chat_webhooks: tuple[ChatWebhookSettings, ...] = ()
    admin: AdminSettings = Field(default_factory=AdminSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file (which `load` passes as keywords); nothing else is read."""
        return (env_settings, init_settings)
