"""Pure: what a clerk typed, as the ways of looking for it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from maritime_app import ids
from maritime_app.bookings.back_office.search_terms.spellings import folded_name, spellings

_FEWEST_DIGITS = 5  # of a telephone number: fewer are a card's last four, or part of anything
_FEWEST_LETTERS = 2
_MOST_GIVEN = 32  # spellings of a given name
_MOST_WORDS = 4  # of a person's name


class NameTerm(NamedTuple):
    """How a name may stand in a booking: how the surname begins, folded, and a pattern of regular
    expressions for the folded given name.
    """

    family: str
    given: str


class SearchTerms(msgspec.Struct, frozen=True):
    """One value per index; None where the text cannot be that.

    `email` and `phone` are patterns of LIKE, `phone` of the digits from behind. `plate` is compared
    with number plates and operators' references.
    """

    reference: str | None
    email: str | None
    phone: str | None
    names: tuple[NameTerm, ...]
    plate: str | None
    card: str | None

    @property
    def any(self) -> bool:
        """Whether there is anything to look for."""
        return any(getattr(self, name) for name in self.__struct_fields__)


def terms(text: str) -> SearchTerms:
    """Return how to look for that: a reference, mail address, number, name, plate or card."""
    text = " ".join(text.split())
    bare = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    digits = re.sub(r"\D", "", text)
    is_number = bool(re.fullmatch(r"[+(]?[\d ()./-]+", text))
    return SearchTerms(
        reference=bare if len(bare) == ids.REFERENCE_LENGTH else None,
        email=_pattern(text) if "@" in text else None,
        phone=_pattern(_national(digits)[::-1])
        if is_number and len(digits) >= _FEWEST_DIGITS
        else None,
        names=() if is_number else tuple(_names(text)),
        plate=bare if len(bare) >= _FEWEST_LETTERS else None,
        card=digits if is_number and len(digits) == 4 else None,
    )


def _names(text: str) -> Iterator[NameTerm]:
    """Return each way of reading a name: "Lund", "Lund, Ada", "Ada Lund", "Lund Ada"."""
    for family, given in _readings(text):
        if len(folded_name(family)) >= _FEWEST_LETTERS:
            pattern = "|".join(map(re.escape, spellings(given)[:_MOST_GIVEN]))
            for spelling in spellings(family):
                yield NameTerm(spelling, f"^({pattern})")


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Return surname and given name, the latter empty for a surname alone."""
    family, comma, given = text.partition(",")
    yield family, given
    words = text.split()
    if not comma and len(words) <= _MOST_WORDS:
        for place in range(1, len(words)):
            first, second = " ".join(words[:place]), " ".join(words[place:])
            yield second, first
            yield first, second


def _national(digits: str) -> str:
    """Return a number without its trunk prefix, which is left out behind a country code."""
    return digits.lstrip("0")


def _pattern(text: str) -> str:
    """Return the pattern of LIKE for what begins like this."""
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
