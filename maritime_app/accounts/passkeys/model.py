"""Passkeys, and what is remembered while a device is asked for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class StoredPasskey(msgspec.Struct, frozen=True):
    """What verifying takes: `credential` are a key's id and public half (attested credential data,
    Web Authentication section 6.5.1), `sign_count` what its counter said last.
    """

    id: UUID
    staff_id: UUID
    credential: bytes
    sign_count: int
    name: str


class Asked(msgspec.Struct, frozen=True):
    """What Redis holds while a device is asked: the challenge, whose device it must be (None:
    whoever has one), where to go afterwards, and the epoch of the session that adds one.
    """

    state: dict[str, Any]
    staff_id: UUID | None
    next: str = ""
    epoch: int | None = None


class PasskeyRequest(msgspec.Struct, frozen=True):
    """What a browser's script sends: the device's answer as JSON (RegistrationResponseJSON or
    AuthenticationResponseJSON), and a name for a new one.
    """

    credential: str = ""
    name: str = ""
