"""Ports as they come in, are stored, listed and shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

PortKind = Literal["harbour", "stop"]


class NewPort(msgspec.Struct, frozen=True):
    """A port to be stored.

    `code` is its UN/LOCODE, or "<feed>:<stop id>"; degrees; IANA time zone.
    """

    code: str
    name: str
    lat: float
    lon: float
    timezone: str
    kind: PortKind
    source: str
    unlocode: str | None = None
    country: str | None = None
    aliases: tuple[tuple[str, str], ...] = ()


class Port(msgspec.Struct, frozen=True):
    """A port as it is stored."""

    id: UUID
    code: str
    unlocode: str | None
    name: str
    country: str | None
    lat: float
    lon: float
    timezone: str
    kind: PortKind
    source: str
    created_at: datetime


class PortItem(msgspec.Struct, frozen=True):
    """A port as programs see it."""

    code: str
    unlocode: str | None
    name: str
    country: str | None
    lat: float
    lon: float
    timezone: str
    kind: PortKind
    source: str


class PortQuery(msgspec.Struct, frozen=True):
    """What a list of ports is asked for: part of a name or a code, a kind, a page (from 1)."""

    q: str = ""
    kind: Literal["", "harbour", "stop"] = ""
    page: int = 1


class PortList(msgspec.Struct, frozen=True):
    """One page of ports; `total` counts all that match."""

    ports: tuple[PortItem, ...]
    total: int
    page: int
    pages: int
