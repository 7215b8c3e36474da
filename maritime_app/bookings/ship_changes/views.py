"""What the staff's page of a change of ship shows."""

import msgspec

from maritime_app.bookings.ship_changes.model import Lack, OfferedShip, ShipPreview
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.i18n import translate as _
from maritime_app.web.access import Caller


class ShipView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/ship.html; without `seen` no ship was looked at yet."""

    staff: Caller
    sailing: ManagedSailing
    ships: tuple[OfferedShip, ...]
    chosen: str
    seen: ShipPreview | None
    lacks: dict[str, str]
    note: str
    refused: str


def lacks() -> dict[str, str]:
    """Return what a ship may lack for a party, in words."""
    return {
        Lack.HEIGHT: _("vehicle too high"),
        Lack.WEIGHT: _("vehicle too heavy"),
        Lack.PASSENGER: _("too few places"),
        Lack.LANE: _("too little room for vehicles"),
        Lack.PET: _("no place for the pet"),
        Lack.BERTH: _("no cabins with berths for all"),
    }
