"""Pure: from a ship to what a sailing of it can sell."""

from collections.abc import Mapping, Sequence

from maritime_app.ferries.capacity.model import Carried, Deck
from maritime_app.ferries.fares.rules import CABIN


def carried(
    passengers: int, pets: int, decks: Sequence[Deck], cabins: Mapping[str, int]
) -> Carried:
    """Return what a ship with these places, decks and cabins by type carries.

    Only the tallest decks count: lane metres are one resource, and a camper sold on the strength of
    a low car deck would stand on the quay.
    """
    height_cm = max((deck.height_cm for deck in decks), default=None)
    tall = [deck for deck in decks if deck.height_cm == height_cm]
    totals = {"passenger": passengers}
    if tall:
        totals["lane_cm"] = sum(deck.lane_cm for deck in tall)
    totals |= {f"{CABIN}{cabin_type}": count for cabin_type, count in cabins.items()}
    if pets:
        totals["pet"] = pets
    return Carried(totals, height_cm, min((deck.max_kg for deck in tall), default=None))
