"""Pure: what a clerk typed, as the ways of looking for it."""

import re

import msgspec

from maritime_app import ids
from maritime_app.bookings.back_office.search_terms.spellings import folded_name, spellings

_FEWEST_DIGITS = 5  # of a telephone number: fewer are a card's last four, or part of anything
_FEWEST_LETTERS = 2
_MOST_WORDS = 6  # of a person's name


class SearchTerms(msgspec.Struct, frozen=True):
    """One value per index; None where the text cannot be that.

    `email` and `phone` are patterns of LIKE, `phone` of the digits from behind. `name` is a tsquery
    of folded words: each begins a word of the same person's name, in whatever order. `plate` is
    compared with number plates and operators' references.
    """

    reference: str | None
    email: str | None
    phone: str | None
    name: str | None
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
        name=None if is_number else _name(text),
        plate=bare if len(bare) >= _FEWEST_LETTERS else None,
        card=digits if is_number and len(digits) == 4 else None,
    )


def _name(text: str) -> str | None:
    """Return how to look for a name: "Lund", "Lund, Ada", "Ada Lund", "Jean-P"."""
    words = [word for word in re.split(r"[\s,-]+", text) if folded_name(word)]
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    if max(len(folded_name(word)) for word in words) < _FEWEST_LETTERS:
        return None
    return " & ".join(f"({' | '.join(map(_beginning, spellings(word)))})" for word in words)


def _beginning(word: str) -> str:
    """Return the tsquery of what begins like this, however odd it is."""
    return "'{}':*".format(word.replace("\\", "\\\\").replace("'", "''"))


def _national(digits: str) -> str:
    """Return a number without its trunk prefix, which is left out behind a country code."""
    return digits.lstrip("0")


def _pattern(text: str) -> str:
    """Return the pattern of LIKE for what begins like this."""
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
