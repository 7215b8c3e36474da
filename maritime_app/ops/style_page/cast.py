"""Who and what all the pieces are about: one invented line between two real ports."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app.ferries.model import Operator, OperatorKind, Place
from maritime_app.ferries.search.results.cards import SailingCard
from maritime_app.money import Money

PIRAEUS: Final = Place("GRPIR", "Piraeus", "Europe/Athens", "GR")
HERAKLION: Final = Place("GRHER", "Heraklion", "Europe/Athens", "GR")
ANCONA: Final = Place("ITAOI", "Ancona", "Europe/Rome", "IT")
PORTS: Final = (PIRAEUS, HERAKLION, ANCONA)
LINE: Final = Operator("NTL", "Northern Test Line", OperatorKind.HOUSE, demo=True)
# A crossing over midnight and between two time zones.
LEAVES: Final = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
LANDS: Final = LEAVES + timedelta(hours=9, minutes=15)
PRICE: Final = Money(12_350, "EUR")


def crossing(
    *, origin: Place = PIRAEUS, destination: Place = ANCONA, number: int = 1
) -> SimpleNamespace:
    """Return a crossing with what every piece says of one."""
    return SimpleNamespace(
        number=number,
        operator=LINE,
        ferry="Aurora Borealis",
        origin=origin,
        destination=destination,
        departs_at=LEAVES,
        arrives_at=LANDS,
    )


def sailing(state: str, **known: Any) -> SailingCard:
    """Return a sailing to be chosen, in that state."""
    can = state == "offer"
    usual = {
        "id": state,
        "state": state,
        "kind": OperatorKind.HOUSE,
        "headway_seconds": None,
        "price": PRICE if can else None,
        "places_left": 7 if can else None,
        "vehicles": {"no_vehicle": "unknown", "no_pets": "no"}.get(state, "yes"),
        "cabins": (("inside2", 1),) if can else (),
        "resident_discount": Money(1_500, "EUR") if can else None,
    }
    way = vars(crossing())
    del way["number"]
    return SailingCard(**way, **(usual | known))
