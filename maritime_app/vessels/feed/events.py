"""What the feed announces, in the order in which it happened, and how to subscribe to it.

The union is closed: a subscriber may match on the class and needs no default. Events are made on
the hot road (tens of thousands a second), so they carry references and no copies.
"""

import asyncio
from typing import Protocol

from msgspec import Struct

from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.model import (
    FeedState,
    Motion,
    Rejection,
    Report,
    SafetyText,
    Source,
    StationKind,
)


class PositionReported(Struct, frozen=True, gc=False):
    """A ship's newest position has changed to `motion`, at `report.at_ms`.

    `kind`, `flags` and `source` are the ship's with this position: `ship` itself is as of now,
    which may be some reports later. `previous` and `previous_ms` (UTC epoch ms) are the position
    before, None and 0 for the first.
    """

    ship: Ship
    report: Report
    motion: Motion
    kind: StationKind
    flags: int
    source: Source
    previous: Motion | None
    previous_ms: int


class VoyageChanged(Struct, frozen=True, gc=False):
    """A ship's particulars (static or voyage data) differ from what was known, or were said again.

    `regrouped`: the ship's group changed with them, so its packed report is another one, too.
    """

    ship: Ship
    report: Report
    regrouped: bool


class ReportRejected(Struct, frozen=True, gc=False):
    """A report changed nothing: it is older than what is known, or implausibly far away."""

    report: Report
    reason: Rejection


class ShipExpired(Struct, frozen=True, gc=False):
    """A ship was not heard for long and has been dropped from memory."""

    ship: Ship


class FeedStateChanged(Struct, frozen=True, gc=False):
    """The health of a source has turned; `at_ms` is UTC epoch milliseconds."""

    source: Source
    state: FeedState
    reason: str
    at_ms: int


class SafetyTextHeard(Struct, frozen=True, gc=False):
    """Somebody sent a safety-related text."""

    text: SafetyText
    source: Source


FeedEvent = (
    PositionReported
    | VoyageChanged
    | ReportRejected
    | ShipExpired
    | FeedStateChanged
    | SafetyTextHeard
)


class Subscriber(Protocol):
    """Somebody who gathers events and works them off in a loop of their own."""

    def handle(self, event: FeedEvent) -> None:
        """Take one event in. Runs inside the intake of a frame: it must not wait or do I/O."""

    async def run(self, over: asyncio.Event) -> None:
        """Work until `over` is set, finish what was gathered, and return."""
