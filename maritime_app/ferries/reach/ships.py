"""Ships whose next crossing is sold here, as maps and pages of ships stress them. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

import msgspec

from maritime_app.ferries.model import Place
from maritime_app.names.port_names import port_name


class ShipOnSale(msgspec.Struct, frozen=True):
    """The next sailing of a ship that is sold here, by when it is expected to leave.

    `day` is the origin's local day of its timetable: that of the search, however late it leaves.
    """

    mmsi: int
    origin: Place
    destination: Place
    departs_at: datetime
    day: date

    @property
    def search(self) -> str:
        """Return the address of the search that finds the sailing."""
        ends = {"from": self.origin.code, "to": self.destination.code}
        return "/ferries?" + urlencode({**ends, "date": self.day.isoformat()})


class ShipOnSaleResponse(msgspec.Struct, frozen=True):
    """The next crossing of a ship that is sold here: UN/LOCODEs and names of its ends, in the
    reader's script, the time zone of its departure, and the search that finds it.
    """

    mmsi: int
    ends: tuple[str, str]
    names: tuple[str, str]
    departs_at: datetime
    timezone: str
    href: str


class ShipsOnSaleResponse(msgspec.Struct, frozen=True):
    """Every ship with a crossing of the next two days that is sold here."""

    ships: list[ShipOnSaleResponse]


def response(ships: Sequence[ShipOnSale]) -> ShipsOnSaleResponse:
    """Return the ships for a map, their ports named in the reader's script."""
    return ShipsOnSaleResponse([_response(ship) for ship in ships])


def _response(ship: ShipOnSale) -> ShipOnSaleResponse:
    return ShipOnSaleResponse(
        mmsi=ship.mmsi,
        ends=(ship.origin.code, ship.destination.code),
        names=(port_name(ship.origin), port_name(ship.destination)),
        departs_at=ship.departs_at,
        timezone=ship.origin.timezone,
        href=ship.search,
    )
