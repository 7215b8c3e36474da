"""When check-in closes, where, and who says so."""

from enum import StrEnum

import msgspec


class CheckInSource(StrEnum):
    """Who says when check-in closes."""

    OPERATOR = "operator"
    USUAL = "usual"  # the default of settings.toml: the operator has not said


class CheckIn(msgspec.Struct, frozen=True):
    """The check-in of one operator at one port; minutes count back from departure."""

    foot_minutes: int
    vehicle_minutes: int
    source: CheckInSource
    terminal: str | None = None

    def minutes(self, *, with_vehicle: bool) -> int:
        """Return how many minutes before departure check-in closes."""
        return self.vehicle_minutes if with_vehicle else self.foot_minutes


class PortChange(msgspec.Struct, frozen=True):
    """From one ship to the check-in of the next at that port, in minutes."""

    code: str
    foot_minutes: int
    vehicle_minutes: int

    def minutes(self, *, with_vehicle: bool) -> int:
        """Return how long it takes on foot or with a vehicle."""
        return self.vehicle_minutes if with_vehicle else self.foot_minutes


class CheckInRule(msgspec.Struct, frozen=True):
    """What an operator says of a port, its own rule for the port before that for all ports."""

    operator: str
    port: str
    foot_minutes: int | None
    vehicle_minutes: int | None
    terminal: str | None
