"""A sailing as it goes into our own feed."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class ExportedStop(Struct, frozen=True):
    """A harbour: degrees, its own time zone, and what it is called by language."""

    code: str
    name: str
    lat: float
    lon: float
    timezone: str
    names: tuple[tuple[str, str], ...] = ()


class ExportedChange(Struct, frozen=True):
    """How many minutes it takes to change to a boat of that operator at that harbour, on foot."""

    stop: str
    operator: str
    minutes: int


class ExportedSailing(Struct, frozen=True):
    """A sailing that is sold here. Prices are of one adult; minor units of the currency.

    `operator_demo`: the operator is invented. `cars_allowed` and `bicycles_allowed` are None where
    nobody knows.
    """

    id: UUID
    operator_code: str
    operator_name: str
    operator_demo: bool
    operator_website: str | None
    operator_phone: str | None
    operator_email: str | None
    route_code: str
    route_name: str
    ferry: str | None
    origin: ExportedStop
    destination: ExportedStop
    departs_at: datetime
    arrives_at: datetime
    cars_allowed: bool | None
    bicycles_allowed: bool | None
    currency: str
    adult_minor: int | None
