"""Keeps tokens over restarts, encrypted with a key derived from the master secret: in a file, in the state store."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from switchhook.api.token import Token
from switchhook.settings import AppSettings, IdentitySettings
from switchhook.state import Delete, Put, StateStore, Table

log = structlog.get_logger("switchhook.api")


class Seal:
    """Encrypts with the first master secret, decrypts with any of them."""

    def __init__(self, master_secrets: Sequence[SecretStr]) -> None:
        """Raises ValueError without a secret."""
        if not master_secrets:
            raise ValueError("tokens can only be kept with a master secret: set ingress.master_secrets")
        self._boxes = MultiFernet([Fernet(_key(secret.get_secret_value())) for secret in master_secrets])

    def close(self, token: Token) -> bytes:
        """The token, unreadable."""
        return self._boxes.encrypt(token.dump())

    def open(self, content: bytes, *, place: str) -> Token | None:
        """The token; None, with a warning that names `place`, if no secret of ours opens it."""
        try:
            return Token.load(self._boxes.decrypt(content))
        except (InvalidToken, ValueError):
            log.warning("a kept token cannot be read and is ignored", place=place)
            return None

    @staticmethod
    def name(identity: IdentitySettings) -> str:
        """What an identity's token is kept under: another one once its server, application or credential changes, the
        same one when the master secret does.
        """
        credential = identity.jwt.get_secret_value() if identity.jwt is not None else ""
        about = "\n".join((identity.server, identity.client_id, credential)).encode()
        return f"{identity.name}-{hashlib.sha256(about).hexdigest()[:16]}"


class FileKeep:
    """A token in a file that only its owner may read."""

    def __init__(self, folder: Path, seal: Seal, identity: IdentitySettings) -> None:
        self.path = folder / f"{seal.name(identity)}.token"
        self._seal = seal

    def load(self) -> Token | None:
        """The token in the file, if there is one that we can read."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        return self._seal.open(content, place=str(self.path))

    async def save(self, token: Token | None) -> None:
        """Replace the file in one step, on disk when it returns; None removes it. Raises OSError."""
        await asyncio.to_thread(self._write, None if token is None else self._seal.close(token))

    def _write(self, content: bytes | None) -> None:
        if content is None:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with suppress(FileNotFoundError):
            fresh.unlink()
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)


class StateKeep:
    """A token in the worker's state store. `login`: where `switchhook login` leaves a token for the worker."""

    def __init__(
        self, store: StateStore, partition: int, seal: Seal, identity: IdentitySettings, login: FileKeep | None = None
    ) -> None:
        self._store = store
        self._partition = partition
        self._seal = seal
        self._key = seal.name(identity)
        self._login = login

    def load(self) -> Token | None:
        """The token that lasts longest: the one kept, or one that a person's login has left since."""
        entry = self._store.get(self._partition, Table.TOKENS, self._key)
        kept = self._seal.open(entry.value, place=f"state, identity {self._key}") if entry is not None else None
        left = self._login.load() if self._login is not None else None
        return max((token for token in (kept, left) if token is not None), key=lambda token: token.until, default=None)

    async def save(self, token: Token | None) -> None:
        """Put it into the store; a token left by a login is taken over by then, and its file removed."""
        if token is None:
            await self._store.apply([Delete(self._partition, Table.TOKENS, self._key)])
        else:
            ends = token.refresh_until if token.refresh else token.until
            put = Put(self._partition, Table.TOKENS, self._key, self._seal.close(token), expires=ends)
            await self._store.apply([put])
        if self._login is not None:
            await self._login.save(None)


def login_keep(settings: AppSettings, seal: Seal, identity: IdentitySettings) -> FileKeep:
    """Where `switchhook login` leaves an identity's token for the worker: beside the worker's state."""
    return FileKeep(settings.state.path.parent / "login", seal, identity)


def command_keep(settings: AppSettings, seal: Seal, identity: IdentitySettings) -> FileKeep:
    """Where the command line keeps a session of its own: it must not use up the worker's refresh token."""
    return FileKeep(settings.state.path.parent / "command", seal, identity)


def _key(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"switchhook tokens")
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
