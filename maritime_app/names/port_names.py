"""What ports are called in the script of a reader who does not read Latin letters.

One catalogue for a process, as of texts: the gazetteer fills it (ports/gazetteer/script_names.py),
pages, mails and tickets ask it. A name that nobody has written is not made up out of another one's
letters: without one in the reader's script a port keeps the name that it is stored under.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Protocol

from maritime_app import i18n

# As Unicode begins the names of the script's letters.
_LETTERS: Final = {"el": "GREEK ", "ar": "ARABIC "}
_REMEMBERED: Final = 8_192  # names: lists and timetables say the same ones again and again
_names: dict[str, dict[str, str]] = {language: {} for language in _LETTERS}  # by code


class Named(Protocol):
    """Anything that is stored under a code and a name: a place, a port, a harbour of a mail."""

    @property
    def code(self) -> str:
        """UN/LOCODE or stop id."""

    @property
    def name(self) -> str:
        """The name it is stored under."""


def replace(names: Mapping[str, Iterable[str]]) -> None:
    """Let these be all that is known: names of ports by code, in any script, the best first."""
    for known in _names.values():
        known.clear()
    add(names)


def add(names: Mapping[str, Iterable[str]]) -> None:
    """Let these ports be called so; of the others stays what is known."""
    for language, known in _names.items():
        known.update(_in_script(names, language))


def local_name(code: str) -> str | None:
    """Return what a port is called in the reader's script; None for readers of Latin letters and
    where nobody has written such a name.
    """
    return _names.get(i18n.current(), {}).get(code)


def names_by_language(code: str) -> tuple[tuple[str, str], ...]:
    """Return what a port is called in each script that somebody has written its name in."""
    return tuple((language, each[code]) for language, each in _names.items() if code in each)


def port_name(port: Named) -> str:
    """Return what a port is called in the reader's script, else the name it is stored under."""
    return local_name(port.code) or port.name


def name_in_script(names: Iterable[str], language: str) -> str | None:
    """Return the first name that is written in the script of that language throughout."""
    return next((name for name in names if _is_written_in(name, language)), None)


def _in_script(names: Mapping[str, Iterable[str]], language: str) -> dict[str, str]:
    found = ((code, name_in_script(said, language)) for code, said in names.items())
    return {code: name for code, name in found if name}


@lru_cache(_REMEMBERED)
def _is_written_in(name: str, language: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    begins = _LETTERS.get(language)
    return (
        begins is not None
        and bool(letters)
        and all(unicodedata.name(letter, "").startswith(begins) for letter in letters)
    )
