"""What there is to remind of."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class ReminderKind(StrEnum):
    """Why somebody is written to. Stored."""

    DAY = "day"  # 24 hours before departure
    HOURS = "hours"  # 2 hours before
    IN_PORT = "in_port"  # it should have left a quarter of an hour ago, and lies at its berth
    IN_PORT_LONG = "in_port_long"  # for 90 minutes: passengers have the choice of article 18


class Due(msgspec.Struct, frozen=True):
    """A leg of a booking whose passengers are to be written to; `leaves_at` is the version of its
    time that they are told.
    """

    booking_id: UUID
    leg_number: int
    leaves_at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A sailing that should have left and of which nobody has said that it did."""

    sailing_id: UUID
    mmsi: int
    origin_code: str
    leaves_at: datetime
