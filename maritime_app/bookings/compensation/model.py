"""A voyage and its passage, a claim, the evidence behind it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.money import Money


class MeasuredBy(StrEnum):
    """Who says when a ship arrived."""

    SHIP = "ship"  # its own reports (AIS), heard at the port
    OPERATOR = "operator"  # a person wrote it down
    PLAYED = "played"  # reports of a ship that the sandbox plays


class ClaimStatus(StrEnum):
    """Where a claim stands; a person decides, and approved is a refund."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Voyage(msgspec.Struct, frozen=True):
    """A sailing with passengers that has left by its timetable; `passage_...` were measured."""

    sailing_id: UUID
    mmsi: int | None
    origin_code: str
    destination_code: str
    departs_at: datetime
    arrives_at: datetime
    reason: ChangeReason | None
    recorded_departed_at: datetime | None
    recorded_arrived_at: datetime | None
    passage_mmsi: int | None
    passage_source: int | None
    passage_departed_at: datetime | None
    passage_arrived_at: datetime | None


class Passage(msgspec.Struct, frozen=True):
    """When a ship left and arrived by its own reports; `source` is a vessels.model.Source.

    `arrived_at` is its first stop at a berth of the port, `departed_at` when it had left the port.
    """

    sailing_id: UUID
    mmsi: int
    source: int
    departed_at: datetime | None
    arrived_at: datetime | None


class Arrival(msgspec.Struct, frozen=True):
    """An arrival, and who says so."""

    at: datetime
    by: MeasuredBy


class Report(msgspec.Struct, frozen=True):
    """One report of the ship around its arrival; whole numbers, so that every reader of the file
    sees the same bytes: millionths of a degree, tenths of a knot.
    """

    at: datetime
    lat_e6: int
    lon_e6: int
    speed_dkn: int | None


class Evidence(msgspec.Struct, frozen=True):
    """What a claim was worked out from. Instants UTC, lengths in seconds, money in minor units.

    `price_minor` was paid for so many `journeys` of equal weight (article 19 (4)).
    """

    reference: str
    leg: int
    origin: str
    destination: str
    operator: str
    ship: str | None
    mmsi: int | None
    scheduled_departure: datetime
    scheduled_arrival: datetime
    arrival: datetime
    arrival_by: MeasuredBy
    recorded_arrival: datetime | None
    scheduled_seconds: int
    late_seconds: int
    quarter_from_seconds: int
    percent: int
    price_minor: int
    journeys: int
    amount_minor: int
    currency: str
    reports: tuple[Report, ...] = ()
    regulation: str = "EU 1177/2010 article 19"
    version: int = 1


class Claim(msgspec.Struct, frozen=True):
    """What is owed for one late arrival. `note` is why a person has said no."""

    id: UUID
    booking_id: UUID
    leg_number: int
    percent: int
    amount_minor: int
    late_minutes: int
    status: ClaimStatus
    note: str | None
    created_at: datetime
    evidence: Evidence

    @property
    def amount(self) -> Money:
        """Return what is owed."""
        return Money(self.amount_minor, self.evidence.currency)


class SignatureKey(msgspec.Struct, frozen=True):
    """A key that verifies evidence: Ed25519 (RFC 8032), 32 bytes in hexadecimal."""

    id: str
    algorithm: str
    public_key: str


class SignatureKeys(msgspec.Struct, frozen=True):
    """Every key that verifies evidence of ours, the one that signs now first."""

    keys: tuple[SignatureKey, ...]
