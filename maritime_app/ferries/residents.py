"""Pure: who of a party lives where a fare may have a discount for it."""

import msgspec

from maritime_app.ferries.fares.rules import kind_of_age
from maritime_app.ferries.model import AgeBands, Party, PassengerKind


def elsewhere(party: Party) -> Party:
    """Return the party living anywhere: remote operators' fares have no discount for residents."""
    if not party.living_in:
        return party
    return msgspec.structs.replace(party, living_in="", living_there=0)


def rank(kind: PassengerKind, age: int | None) -> tuple[int, int]:
    """Return by what people are sorted of whom only some live in an area: adults, then children of
    a known age, the oldest first.
    """
    if age is not None:
        return 1, -age
    return {PassengerKind.ADULT: 0, PassengerKind.CHILD: 2, PassengerKind.INFANT: 3}[kind], 0


def claims(party: Party, ages: AgeBands) -> tuple[tuple[str, PassengerKind], ...]:
    """Return where its residents live, and the age class of each."""
    if not party.living_in:
        return ()
    kinds = [PassengerKind.ADULT] * party.adults
    kinds += [kind_of_age(ages, age) for age in reversed(party.ages)]
    kinds += [PassengerKind.CHILD] * party.children + [PassengerKind.INFANT] * party.infants
    some = kinds[: party.living_there or None]
    return tuple(sorted((party.living_in, kind) for kind in some))
