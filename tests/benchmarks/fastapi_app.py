"""FastAPI and aiokafka, written with care: one producer, acks=all, the answer after the acknowledgement."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, Request, Response


def build(brokers: str) -> FastAPI:
    """The application."""
    state: dict[str, AIOKafkaProducer] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all", enable_idempotence=True) as producer:
            state["producer"] = producer
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/webhooks/{name}")
    async def webhook(name: str, request: Request) -> Response:
        if request.headers.get("verification-token") is None:
            return Response(status_code=401)
        notification = await request.json()
        key = notification["body"].get("telephonySessionId", name)
        await state["producer"].send_and_wait("bench-notifications", await request.body(), key=key.encode())
        return Response(media_type="application/json")

    return app
