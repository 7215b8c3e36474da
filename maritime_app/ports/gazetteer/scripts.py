"""What a port is called in the script of a language that is not written in Latin letters. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import Final

# As Unicode begins the names of the script's letters.
_LETTERS: Final = {"el": "GREEK ", "ar": "ARABIC "}


def is_read_in_latin(language: str) -> bool:
    """Return whether readers of that language need no other name."""
    return language not in _LETTERS


def name_in_script(names: Iterable[str], language: str) -> str | None:
    """Return the first name that is written in the script of that language throughout; None where
    there is none: a name that nobody has written is not made up out of another one's letters.
    """
    return next((name for name in names if _is_written_in(name, language)), None)


def _is_written_in(name: str, language: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    begins = _LETTERS.get(language)
    return (
        begins is not None
        and bool(letters)
        and all(unicodedata.name(letter, "").startswith(begins) for letter in letters)
    )
