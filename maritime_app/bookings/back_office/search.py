"""Pure: what a clerk typed, as the ways of looking for it."""

import re
import unicodedata

import msgspec

from maritime_app import ids

_FEWEST_DIGITS = 5  # of a telephone number: fewer are a card's last four, or part of anything
_FEWEST_LETTERS = 2


class SearchTerms(msgspec.Struct, frozen=True):
    """One value per index; None where the text cannot be that.

    `email`, `phone` and `name` are patterns of LIKE, `phone` of the digits from behind. `plate` is
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
    """Return how to look for that: a reference, mail address, number, surname, plate or card."""
    text = " ".join(text.split())
    bare = re.sub(r"[^A-Z0-9]", "", text.upper())
    digits = re.sub(r"\D", "", text)
    is_number = bool(re.fullmatch(r"[+(]?[\d ()./-]+", text))
    surname = folded(text.split(",")[0])
    return SearchTerms(
        reference=bare if len(bare) == ids.REFERENCE_LENGTH else None,
        email=_pattern(text.lower()) if "@" in text else None,
        phone=_pattern(_national(digits)[::-1])
        if is_number and len(digits) >= _FEWEST_DIGITS
        else None,
        name=_pattern(surname) if len(surname) >= _FEWEST_LETTERS and not is_number else None,
        plate=bare if len(bare) >= _FEWEST_LETTERS else None,
        card=digits if is_number and len(digits) == 4 else None,
    )


def folded(text: str) -> str:
    """Return a name as it is compared; the same as the function of that name in SQL."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.sub("[\u0300-\u036f \u2019'-]", "", plain)


def _national(digits: str) -> str:
    """Return a number without its trunk prefix, which is left out behind a country code."""
    return digits.lstrip("0")


def _pattern(text: str) -> str:
    """Return the pattern of LIKE for what begins like this."""
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
