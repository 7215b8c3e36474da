"""Texts in the reader's language: gettext catalogues in locales/, English in the source."""

import gettext
import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.messages import mofile, pofile

LOCALES_DIR = Path(__file__).resolve().parent / "locales"
DEFAULT = "en"
_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


def use(language: str) -> None:
    """Make it the language of this asyncio task's texts."""
    _current.set(available_language(language))


@cache
def available_language(language: str) -> str:
    """Return the language itself, what it is a variety of, or English: what we have texts in.

    A booking of a program may ask for any: its mails come in English rather than not at all.
    """
    for known in (language, language.partition("-")[0]):
        if known.isalpha() and (LOCALES_DIR / known).is_dir():
            return known
    return DEFAULT


@contextmanager
def using(language: str) -> Iterator[None]:
    """Make it the language of the texts inside, whatever the reader of the moment reads."""
    before = _current.set(available_language(language))
    try:
        yield
    finally:
        _current.reset(before)


def current() -> str:
    """Return the language of this asyncio task's texts."""
    return _current.get()


@cache
def direction(language: str) -> str:
    """Return `rtl` or `ltr`, as the CLDR says."""
    return Locale.parse(language, sep="-").text_direction


def text_direction(text: str) -> str:
    """Return `rtl` or `ltr` by the first letter that has a direction (UAX #9, rules P2 and P3)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def isolated(text: str) -> str:
    """Return the text so that it orders nothing around it in a sentence of either direction.

    By FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): where an element could be used,
    `<bdi>` does the same.
    """
    return f"\u2068{text}\u2069"


@lru_cache(maxsize=64)  # each page names each language, twice
def name_of(language: str) -> str:
    """Return what a language calls itself: `Deutsch`."""
    own = Locale.parse(language, sep="-").get_display_name() or language
    return own[:1].upper() + own[1:]


def translate(text: str) -> str:
    """Return the text in the current language."""
    return _catalogue(current()).gettext(text)


def translate_plural(one: str, many: str, count: int) -> str:
    """Return the plural form for that count in the current language."""
    return _catalogue(current()).ngettext(one, many, count)


def mark(text: str) -> str:
    """Name a text for the catalogues where it is written; it is translated where it is shown."""
    return text


def prepare(languages: Iterable[str]) -> None:
    """Read the catalogues, fifty milliseconds each, and the locales before somebody needs them.

    Blocking.
    """
    for language in languages:
        _catalogue(language)
        name_of(language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue, compiled from the .po itself: no second file could be missing
    or out of date.
    """
    written = LOCALES_DIR / language / "LC_MESSAGES" / "messages.po"
    if not written.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with written.open("rb") as texts:
        mofile.write_mo(compiled, pofile.read_po(texts, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
