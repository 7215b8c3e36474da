"""Waits, bookings and occupancy over time."""

from datetime import date, datetime

import msgspec


class Wait(msgspec.Struct, frozen=True):
    """The longest time that a job of the queue waited, of those started in five minutes from `at`,
    in seconds; and how many they were.
    """

    queue: str
    at: datetime
    longest_seconds: float
    jobs: int


class BookedDay(msgspec.Struct, frozen=True):
    """How many bookings were made on a day (UTC), paid, and cancelled since."""

    day: date
    made: int
    paid: int
    cancelled: int


class SoldDay(msgspec.Struct, frozen=True):
    """Passengers' places of a route on a day at the port of departure: sold or held, of how many,
    on how many sailings.
    """

    operator: str
    route: str
    day: date
    sailings: int
    taken: int
    total: int


class Trends(msgspec.Struct, frozen=True):
    """All figures as they were read."""

    read_at: datetime
    waits: list[Wait]
    booked: list[BookedDay]
    sold: list[SoldDay]
