"""Where a leg begins and ends on land: check-in, and where both harbours lie."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from msgspec import Struct

from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.check_in import service as check_ins
from maritime_app.ferries.check_in.model import CheckIn
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.settings.model import Settings

Position = tuple[float, float]  # latitude and longitude in degrees


class Quays(Struct, frozen=True):
    """Both ends of a leg. `with_vehicle`: everybody checks in with the vehicle they come in."""

    check_in: CheckIn
    origin: Position
    destination: Position
    with_vehicle: bool

    @property
    def check_in_minutes(self) -> int:
        """Return how many minutes before departure check-in closes for this party."""
        return self.check_in.minutes(with_vehicle=self.with_vehicle)


async def quays_of(
    conn: Conn, settings: Settings, bookings: Iterable[Booking]
) -> Mapping[UUID, Mapping[int, Quays]]:
    """Return both ends of every leg of these bookings, by the booking's id and the leg's number."""
    legs = [(booking, leg) for booking in bookings for leg in booking.legs]
    rules = await check_ins.check_ins(conn, settings.boarding, (_quay(leg) for _, leg in legs))
    at = await ports.positions_of(conn, _ports(leg for _, leg in legs))
    found: defaultdict[UUID, dict[int, Quays]] = defaultdict(dict)
    for booking, leg in legs:
        found[booking.id][leg.number] = Quays(
            check_in=rules[_quay(leg)],
            origin=at[leg.origin.code],
            destination=at[leg.destination.code],
            with_vehicle=bool(booking.vehicles),
        )
    return found


def _quay(leg: Leg) -> tuple[str, str]:
    return leg.operator.code, leg.origin.code


def _ports(legs: Iterable[Leg]) -> list[str]:
    return sorted({code for leg in legs for code in (leg.origin.code, leg.destination.code)})
