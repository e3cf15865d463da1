"""The topics Switchhook needs: made with the right settings, and checked before anything relies on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from switchhook.errors import LogUnavailable
from switchhook.log.kafka.errors import unavailable
from switchhook.settings import LogSettings

NOTIFICATIONS = "notifications"
STATE = "state"
DEAD_LETTERS = "dead-letters"
_OVERHEAD = 64 * 1024
"""What headers, key and Kafka's own frame may add to a body."""
_SAFE_REPLICATION = 3
_SAFE_REPLICAS_IN_SYNC = 2
_KEEP_REMOVALS = 86_400_000
"""Milliseconds for which a compacted topic tells of a removed key: who comes back to a cache must hear of it."""
_TIMEOUT = 10_000
"""Milliseconds for a request, and for a new topic to be seen."""
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it should be."""

    name: str
    partitions: int
    replication: int
    configs: dict[str, str]


def wanted(settings: LogSettings, body_limit: int) -> list[Topic]:
    """The topics for these settings. `body_limit` in bytes: what the ingress accepts must fit into a message."""
    in_sync = _SAFE_REPLICAS_IN_SYNC if settings.replication >= _SAFE_REPLICATION else 1
    common = {"min.insync.replicas": str(in_sync), "max.message.bytes": str(body_limit + _OVERHEAD)}
    compact = {"cleanup.policy": "compact", "delete.retention.ms": str(_KEEP_REMOVALS)}
    policies = {NOTIFICATIONS: {"cleanup.policy": "delete"}, STATE: compact, DEAD_LETTERS: compact}
    return [
        Topic(settings.prefix + name, settings.partitions, settings.replication, {**policy, **common})
        for name, policy in policies.items()
    ]


async def check(settings: LogSettings, body_limit: int) -> list[str]:
    """What is wrong with the topics, one sentence each; nothing if all is well. Raises LogUnavailable."""
    async with _connected(settings) as admin:
        return [
            problem for topic in wanted(settings, body_limit) for problem in await _problems(admin, topic, settings)
        ]


def miscounted(topic: str, partitions: int, settings: LogSettings) -> list[str]:
    """What is wrong with a topic's number of partitions, in words; nothing if it is as the settings say."""
    if partitions == settings.partitions:
        return []
    wrong = f"{topic} has {partitions} partitions and the settings say {settings.partitions}"
    why = "every topic needs the same number, and changing it would move accounts away from their state"
    return [f"{wrong}: {why}; set log.partitions to what is there"]


def refuse_unless_counted(topic: str, partitions: int | None, settings: LogSettings) -> None:
    """Raises LogUnavailable for a topic that is not there (`partitions` None or 0), or has another number of them."""
    if not partitions:
        raise LogUnavailable(f"Kafka topic {topic} is missing: run `switchhook topics create`")
    for problem in miscounted(topic, partitions, settings):
        raise LogUnavailable(problem)


async def create(settings: LogSettings, body_limit: int) -> list[str]:
    """Make what is missing and raise `max.message.bytes` where it is too small; returns what was done, one line each.

    Never changes a number of partitions: accounts would move to other partitions, away from their state and order.
    Raises LogUnavailable with the brokers' reason.
    """
    done = []
    async with _connected(settings) as admin:
        for topic in wanted(settings, body_limit):
            described = await _described(admin, topic.name)
            if described is None:
                await _make(admin, topic)
                await _until_seen(admin, topic.name)
                done.append(f"{topic.name}: made with {topic.partitions} partitions, replication {topic.replication}")
            elif await _grow(admin, topic):
                done.append(f"{topic.name}: max.message.bytes raised to {topic.configs['max.message.bytes']}")
    return done


@asynccontextmanager
async def _connected(settings: LogSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(settings.brokers), request_timeout_ms=_TIMEOUT)
    try:
        await admin.start()
        yield admin
    except KafkaError as error:
        raise unavailable(settings, error) from error
    finally:
        await admin.close()


async def _described(admin: AIOKafkaAdminClient, name: str) -> dict[str, Any] | None:
    (found,) = await admin.describe_topics([name])
    error = for_code(found["error_code"])
    if error.errno == 3:  # UNKNOWN_TOPIC_OR_PARTITION
        return None
    if found["error_code"]:
        raise error(name)
    return dict(found)


async def _configs(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    (resource,) = answer.to_object()["resources"]
    return {entry["config_names"]: entry["config_value"] for entry in resource["config_entries"]}


async def _make(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    new = NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.configs)
    answer = await admin.create_topics([new])
    for made in answer.to_object()["topic_errors"]:
        if made["error_code"]:
            reason = made.get("error_message") or made["error_code"]
            raise LogUnavailable(f"topic {topic.name} cannot be made: {reason}")


async def _until_seen(admin: AIOKafkaAdminClient, name: str) -> None:
    """A controller answers before its brokers know: whoever asks them next should not hear that nothing is there."""
    try:
        async with asyncio.timeout(_TIMEOUT / 1_000):
            while not _has_leaders(await _described(admin, name)):  # noqa: ASYNC110 - a broker has no event to wait for
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError:
        raise LogUnavailable(f"topic {name} was made, but no broker leads its partitions yet") from None


def _has_leaders(described: dict[str, Any] | None) -> bool:
    return described is not None and all(partition["leader"] >= 0 for partition in described["partitions"])


async def _grow(admin: AIOKafkaAdminClient, topic: Topic) -> bool:
    name = "max.message.bytes"
    configs = await _configs(admin, topic.name)
    if int(configs[name]) >= int(topic.configs[name]):
        return False
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.configs)])
    return True


async def _problems(admin: AIOKafkaAdminClient, topic: Topic, settings: LogSettings) -> list[str]:
    described = await _described(admin, topic.name)
    if described is None:
        return [f"{topic.name} is missing: run `switchhook topics create`"]
    problems = []
    problems += miscounted(topic.name, len(described["partitions"]), settings)
    configs = await _configs(admin, topic.name)
    policy, needed = configs["cleanup.policy"], topic.configs["cleanup.policy"]
    if policy != needed:
        problems.append(f"{topic.name} has cleanup.policy {policy}, {needed} is needed")
    if needed == "compact" and int(configs["delete.retention.ms"]) < _KEEP_REMOVALS:
        problems.append(
            f"{topic.name} has delete.retention.ms {configs['delete.retention.ms']}, {_KEEP_REMOVALS} is needed: a "
            "worker that comes back must hear of what was removed meanwhile"
        )
    if int(configs["max.message.bytes"]) < int(topic.configs["max.message.bytes"]):
        problems.append(
            f"{topic.name} takes messages of {configs['max.message.bytes']} bytes, ingress.body_limit needs "
            f"{topic.configs['max.message.bytes']}: run `switchhook topics create`"
        )
    if not settings.single_broker:
        problems += _risks(topic.name, described, configs)
    return problems


def _risks(name: str, described: dict[str, Any], configs: dict[str, str]) -> list[str]:
    replicas = min(len(partition["replicas"]) for partition in described["partitions"])
    risks = []
    if replicas < _SAFE_REPLICATION:
        risks.append(
            f"{name} has {replicas} replicas: losing a disk may lose events. Use {_SAFE_REPLICATION}, or say "
            "log.single_broker = true"
        )
    if int(configs["min.insync.replicas"]) < _SAFE_REPLICAS_IN_SYNC:
        risks.append(
            f"{name} has min.insync.replicas {configs['min.insync.replicas']}: one broker may acknowledge alone. Use "
            f"{_SAFE_REPLICAS_IN_SYNC}, or say log.single_broker = true"
        )
    return risks
