"""Pure: a wish for berths where a ship of a journey has none to sell.

A short hop in daylight has no cabins, and who wants a bed on the night ferry needs none there: that
sailing is part of a journey with what it has, if another one of the journey has the beds.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from maritime_app.ferries.cabins import has_beds
from maritime_app.ferries.search.model import Journey, SailingOffer, WhyNot


def offered(
    boats: Mapping[tuple[str, str], Sequence[SailingOffer]],
) -> dict[tuple[str, str], list[SailingOffer]]:
    """Return the boats, those that sell no cabin with a bed as they are without one. A ship whose
    cabins are sold out, or too few, stays refused.
    """
    return {pair: [_as_it_is(boat) for boat in some] for pair, some in boats.items()}


def with_beds(journeys: Iterable[Journey]) -> list[Journey]:
    """Return the journeys without those on which the wish is met nowhere."""
    return [journey for journey in journeys if not _is_bedless(journey)]


def _as_it_is(boat: SailingOffer) -> SailingOffer:
    if boat.why_not is not WhyNot.NO_BERTHS or any(has_beds(one.type) for one in boat.cabins):
        return boat
    return msgspec.structs.replace(boat, why_not=None, bookable=True, berths_in={})


def _is_bedless(journey: Journey) -> bool:
    berths = [leg.sailing.berths_in for leg in journey.legs]
    return {} in berths and not any(berths)
