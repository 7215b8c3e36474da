"""A warning: who gives it, where it holds and how long."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from msgspec import Struct, field

MOST_IN_FILE: Final = 5_000
TITLE_LETTERS: Final = 200
TEXT_LETTERS: Final = 8_000

PLAYED_PUBLISHER: Final = "Sandbox Hydrographic Office"  # whose warnings the sandbox invents

Geometry = dict[str, Any]  # a GeoJSON geometry: MultiPoint or MultiPolygon


class WarningKind(StrEnum):
    """What a warning is about."""

    NAVIGATION = "navigation"
    PIRACY = "piracy"
    DANGER_AREA = "danger-area"
    WEATHER = "weather"


class SeaWarning(Struct, frozen=True, kw_only=True):
    """One warning as its publisher gives it; `reference` is the publisher's own number for it.

    In force from `starts_at` until `ends_at`, or until its publisher withdraws it (None). Times are
    UTC, degrees those of WGS 84. `language` is that of its words (BCP 47, empty where not told),
    `severity` a word of the Common Alerting Protocol or empty, `address` where to read more.
    """

    publisher: str
    reference: str
    kind: WarningKind
    title: str
    body: str
    area: Geometry
    issued_at: datetime
    starts_at: datetime
    ends_at: datetime | None = None
    severity: str = ""
    language: str = ""
    address: str = ""
    invented: bool = False


class ListedWarning(Struct, frozen=True):
    """A stored warning, and when it was read from a file."""

    id: UUID
    read_at: datetime
    warning: SeaWarning


class Sought(NamedTuple):
    """Which warnings: of these kinds, the one with this id (None: all), of no hidden publisher."""

    kinds: list[str]
    only: UUID | None
    hidden: list[str]


class WarningNumber(Struct, frozen=True, order=True):
    """Who gave a warning, and the publisher's own number for it."""

    publisher: str
    reference: str


class StoredWarning(Struct, frozen=True):
    """Whether a warning that was stored is new; else it was known otherwise."""

    is_new: bool


class WarningPublisher(Struct, frozen=True):
    """Who has given warnings, how many of them are in force, and when the newest was read."""

    publisher: str
    in_force: int
    read_at: datetime


class Reading(Struct):
    """What a file has: `whole` when it is all that its publisher has in force.

    `withdrawn` are the references that it takes back, `left_out` what could not be understood, by
    reason, with examples.
    """

    warnings: list[SeaWarning] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    whole: bool = True
    rows: int = 0

    def leave_out(self, reason: str, example: str) -> None:
        """Note a row that is not taken, and why."""
        self.left_out.setdefault(reason, []).append(example)


class WarningsTaken(Struct, frozen=True):
    """What taking a file in has changed."""

    rows: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    over: int  # of those read, that ended before now
    left_out: dict[str, list[str]]
