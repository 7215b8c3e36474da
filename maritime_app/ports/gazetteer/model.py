"""A port as a list has it, and what an import of a list reports."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec


class ListSource(StrEnum):
    """Who lists ports, in the order in which their words are taken for name and position."""

    OURS = "ours"  # authored here, or by the demo world
    SEA_PORTS = "seaports"
    WPI = "wpi"
    UNLOCODE = "unlocode"
    PORTWATCH = "portwatch"
    UNCTAD = "unctad"
    CPPI = "cppi"


PRECEDENCE = {source: number for number, source in enumerate(ListSource)}


class Listing(msgspec.Struct, frozen=True):
    """A port as one list has it. `code` is the list's own; degrees; None for what it does not say.

    `facts` are what else the list says of it, by the list's names. `beside` is another code of the
    same list for the same port, as the list says itself.
    """

    source: ListSource
    code: str
    name: str
    unlocode: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    timezone: str | None = None
    aliases: tuple[str, ...] = ()
    facts: dict[str, Any] = {}
    beside: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from every other listing."""
        return self.source, self.code


class ListedFacts(msgspec.Struct, frozen=True):
    """What one list says of a port, and when it was read."""

    source: ListSource
    source_code: str
    name: str
    facts: dict[str, Any]
    read_at: datetime


class KnownPort(msgspec.Struct, frozen=True):
    """A harbour that is stored: `keys` are the folded names it is found by."""

    id: UUID
    code: str
    unlocode: str | None
    country: str | None
    lat: float
    lon: float
    keys: tuple[str, ...]
    sources: tuple[str, ...]  # that list it


class PortName(msgspec.Struct, frozen=True):
    """A name of a port, by the port's code."""

    code: str
    name: str


class ListReport(msgspec.Struct):
    """What became of a list: rows == joined + new + sum(left_out).

    `joined` found their port by code, alias, or name and distance; `new` became ports. `changed`
    counts listings that were stored or differ from before: 0 on a second run.
    """

    source: str = ""
    rows: int = 0
    joined: Counter[str] = msgspec.field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    left_out: Counter[str] = msgspec.field(default_factory=Counter)
    examples: dict[str, list[str]] = msgspec.field(default_factory=dict)

    def leave_out(self, reason: str, what: str) -> None:
        """Count a row under a reason, with a few examples."""
        self.left_out[reason] += 1
        examples = self.examples.setdefault(reason, [])
        if len(examples) < 5:
            examples.append(what)
