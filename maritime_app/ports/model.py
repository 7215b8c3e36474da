"""Ports as they come in, are stored, listed and shown.

Degrees; `timezone` is the port's own IANA time zone.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.paging import PageNumber
from maritime_app.ports.statistics.model import Observation, Provenance
from maritime_app.ports.statistics.tables import SHOWN_REPORTS

PORTS_TAG = "ports"  # of every cached answer in which ports are listed


class PortKind(StrEnum):
    """What a port is."""

    HARBOUR = "harbour"
    STOP = "stop"  # of a timetable


class NewPort(msgspec.Struct, frozen=True, kw_only=True):
    """A port to be stored.

    `code` is its UN/LOCODE, or "<feed>:<stop id>"; `aliases` are (source, code there). Raise
    ValueError for a time zone that is in no database: local times would be wrong for good.
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

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, OSError, ValueError):
            raise ValueError(f"{self.code}: there is no time zone {self.timezone!r}") from None


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


class HarbourPosition(msgspec.Struct, frozen=True):
    """Where a harbour is: degrees."""

    id: UUID
    code: str
    lat: float
    lon: float


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
    """What a list of ports is asked for: part of a name or a code, a kind, a country (ISO 3166-1
    alpha-2), a page (from 1).
    """

    q: str = ""
    kind: Literal["", "harbour", "stop"] = ""
    country: str = ""
    page: PageNumber = 1


class PortList(msgspec.Struct, frozen=True):
    """One page of ports; `total` counts all that match. `is_spelled_so` is false where none is
    called as was asked: these are spelled almost so.
    """

    ports: tuple[PortItem, ...]
    total: int
    page: int
    pages: int
    is_spelled_so: bool = True


class PortStatistics(msgspec.Struct, frozen=True):
    """Every official figure of a port and of its country.

    `as_of` is when the newest of the sources was retrieved.
    """

    port: PortItem
    as_of: datetime | None
    sources: tuple[Provenance, ...]
    observations: tuple[Observation, ...]


class CountryStatistics(msgspec.Struct, frozen=True):
    """Every official figure of a country (ISO 3166-1 alpha-2), none of a single port's.

    `as_of` is when the newest of the sources was retrieved.
    """

    country: str
    as_of: datetime | None
    sources: tuple[Provenance, ...]
    observations: tuple[Observation, ...]


class StatisticsQuery(msgspec.Struct, frozen=True):
    """Of which published tables figures are wanted: their names, separated by commas; all without
    any.
    """

    report: str = ""

    def reports(self) -> frozenset[str]:
        """Return the names of the tables that are wanted; raise Invalid for one there is not."""
        wanted = frozenset(part.strip() for part in self.report.split(",") if part.strip())
        if not wanted:
            return frozenset(SHOWN_REPORTS)
        if unknown := wanted.difference(SHOWN_REPORTS):
            words = _("There is no such table: %(name)s") % {"name": ", ".join(sorted(unknown))}
            raise Invalid(words, {"report": _("is unknown")})
        return wanted

    def is_export(self) -> bool:
        """Return whether it asks for more than one table: all of them are a megabyte and a thousand
        figures, 20 ms of the process.
        """
        return len(self.reports()) > 1


class MarketNow(msgspec.Struct, frozen=True):
    """A ship type: median days in port and port calls in the period, null with the reason."""

    market: str
    label: str
    days: float | None
    missing_reason: str | None
    days_year_before: float | None
    world_days: float | None
    calls: float | None
    history: str


class CountryBaseline(msgspec.Struct, frozen=True):
    """Time in port of the whole country, by ship type: it is published for no single port."""

    economy: str
    period: str
    markets: tuple[MarketNow, ...]
    source: Provenance
