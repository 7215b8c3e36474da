"""Feeds and their editions; what an import reports."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs.notices import LeftOut, Note


class EditionState(StrEnum):
    """What became of a file."""

    ACTIVE = "active"
    EARLIER = "earlier"
    REFUSED = "refused"


class Publisher(msgspec.Struct, frozen=True):
    """Who publishes a feed, as the feed says it."""

    name: str
    url: str


class StoredFeed(msgspec.Struct, frozen=True):
    """A timetable as it is published; `address` empty: it comes by file only."""

    id: UUID
    name: str
    publisher: str
    publisher_url: str
    address: str
    etag: str
    modified: str
    pulled_at: datetime | None


class DayDifference(msgspec.Struct, frozen=True):
    """How many departures a service day (YYYY-MM-DD) has, and how they differ from those that the
    edition before has on it.
    """

    day: str
    departures: int
    added: int
    changed: int
    removed: int
    unchanged: int


class ImportReport(msgspec.Struct, frozen=True):
    """What became of a file: rows == kept + the rows left out, over all files that are read.

    Departures are boats at stops where one may board, on `days` service days from today (from the
    first day of a feed that begins later): how many there are, and how many of them were added,
    changed and removed against the edition that was shown before (`compared_with`, null where there
    was none), in all and `by_day`. `joined` stops are harbours that were known.
    """

    feed: str
    publisher: str
    rows: int = 0
    kept: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Note, ...] = ()
    trips: int = 0
    stops: int = 0
    joined: int = 0
    first_day: date | None = None
    last_day: date | None = None
    moved_weeks: int = 0
    days: int = 0
    departures: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    edition_id: UUID | None = None
    compared_with: UUID | None = None
    by_day: tuple[DayDifference, ...] = ()


class Edition(msgspec.Struct, frozen=True):
    """One file of a feed, and what became of it."""

    id: UUID
    feed_id: UUID
    digest: str
    moved_weeks: int
    origin: str
    state: EditionState
    version: str
    attributions: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    read_at: datetime
    activated_at: datetime | None
    report: ImportReport
    refusal: str


class EditionRefused(Invalid):
    """The file is not shown; the edition before stays. `report` says what is in it."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message, code="edition_refused")
        self.report = report
