"""Durable 200s per second at 64 connections, beside the same server storing nothing and FastAPI with aiokafka."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from switchhook.log.kafka import topics
from switchhook.notification import Addresses, SubscriptionName
from switchhook.settings import LogSettings

from .brokers import broker
from .servers import SECRET

CONNECTIONS = 64
WARM_UP = 1.0
SECONDS = 3.0
ROUNDS = 5

BODY = (
    b'{"uuid":"868070650491024076","event":"/restapi/v1.0/account/400/extension/401/telephony/sessions",'
    b'"timestamp":"2020-06-23T01:05:52.704Z","subscriptionId":"2461434a-276a-4073-bd26-34089effbad5","ownerId":"401",'
    b'"body":{"sequence":7,"sessionId":"429180487016","telephonySessionId":"s-718107795d564867a6f635fd81e89940",'
    b'"serverId":"10.13.22.27.TAM","eventTime":"2020-06-23T01:05:52.656Z","parties":[{"accountId":"400",'
    b'"extensionId":"401","id":"p-718107795d564867a6f635fd81e89940-3","direction":"Inbound",'
    b'"to":{"phoneNumber":"+16505550101","name":"Ann Archer","extensionId":"401"},'
    b'"from":{"phoneNumber":"+16505550100","name":"Joe Caller"},"status":{"code":"Proceeding",'
    b'"mobilePickupData":{"ccMailboxes":["401"],"to":"#1052016@sip.example.com:5060","sid":"53205738620264",'
    b'"srvLvl":"-149699523","srvLvlExt":"406"},"rcc":false},"park":{},"missedCall":false,"standAlone":false,'
    b'"muted":false}],"origin":{"type":"Call"}}}'
)


def request() -> bytes:
    """A notification as the platform sends it."""
    addresses, name = Addresses("", [SECRET.encode()]), SubscriptionName("400", "main", 1, 1)
    head = (
        f"POST {addresses.address(name)} HTTP/1.1\r\nhost: hooks.example.com\r\naccept: application/json\r\n"
        "accept-encoding: UTF-8\r\ncontent-type: application/json; charset=UTF-8\r\n"
        "user-agent: RingCentral-Webhook/8.3\r\n"
        f"verification-token: {addresses.verification_token(name)}\r\ncontent-length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


@contextmanager
def server(*arguments: str) -> Iterator[tuple[int, int]]:
    """A server process; its port and process id."""
    command = [sys.executable, "-m", "tests.benchmarks.servers", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server {arguments[0]} did not start")
        yield int(line), process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def cpu_seconds(process: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, process: int) -> dict[str, Any]:
    """One measured run against a port."""
    before = cpu_seconds(process)
    command = [sys.executable, "-m", "tests.benchmarks.load", str(port), str(CONNECTIONS), str(WARM_UP), str(SECONDS)]
    done = subprocess.run(command, input=request(), capture_output=True, check=True)
    result = json.loads(done.stdout)
    if result["failures"]:
        raise RuntimeError(f"{result['failures']} requests failed; the first: {result['first_failure']}")
    result["cpu"] = (cpu_seconds(process) - before) / result["answered"] * 1e6
    return result


def run() -> None:
    """Every server in turn, several times; medians."""
    results: dict[str, list[dict[str, Any]]] = {}
    with ExitStack() as stack:
        servers = {"ours, storing nothing": ("nothing",), "ours, embedded": ("switchhook", "FOLDER")}
        kafka = stack.enter_context(broker())
        if kafka is not None:
            asyncio.run(_create(kafka.address))
            servers["ours, with Kafka"] = ("switchhook", "FOLDER", kafka.address)
            servers["FastAPI + aiokafka"] = ("fastapi", kafka.address)
        for turn in range(ROUNDS):
            for name, arguments in servers.items():
                print(f"\r  round {turn + 1} of {ROUNDS}: {name:<24}", end="", flush=True)
                with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
                    given = [folder if one == "FOLDER" else one for one in arguments]
                    with server(*given) as (port, process):
                        results.setdefault(name, []).append(load(port, process))
    print("\r" + " " * 60 + "\r", end="")
    _print(results)


async def _create(address: str) -> None:
    settings = LogSettings(brokers=(address,), prefix="bench-", replication=1, single_broker=True)
    await topics.create(settings, 1_048_576)


def _print(results: dict[str, list[dict[str, Any]]]) -> None:
    nothing = statistics.median(one["rate"] for one in results["ours, storing nothing"])
    print(
        f"  {CONNECTIONS} keep-alive connections, bodies of {len(BODY)} bytes, medians of {ROUNDS} runs of {SECONDS} s"
    )
    heads = f"{'200s/s':>9}{'spread':>16}{'share':>8}{'p50 ms':>9}{'p99 ms':>9}{'worst ms':>10}{'CPU us':>8}"
    print(f"  {'':<24}{heads}")
    for name, runs in results.items():
        rates = sorted(one["rate"] for one in runs)
        rate = statistics.median(rates)
        spread = f"{rates[0]:,.0f}-{rates[-1]:,.0f}"
        middle = {which: statistics.median(one[which] for one in runs) for which in ("p50", "p99", "worst", "cpu")}
        numbers = f"{rate:>9,.0f}{spread:>16}{rate / nothing:>8.2f}{middle['p50']:>9.2f}{middle['p99']:>9.2f}"
        print(f"  {name:<24}{numbers}{middle['worst']:>10.1f}{middle['cpu']:>8.1f}")
    print(f"  an fdatasync of 64 KiB on this disk took {_sync_milliseconds():.2f} ms (median) at the end")


def _sync_milliseconds() -> float:
    """How long the disk takes for what every group of records needs once."""
    with tempfile.TemporaryFile() as file:
        spans = []
        for _ in range(50):
            file.write(bytes(65_536))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            spans.append(time.perf_counter() - begun)
    return statistics.median(spans) * 1_000


if __name__ == "__main__":
    run()
