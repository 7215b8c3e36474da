"""Names as they are searched: without accents and capitals, in Latin letters. Pure."""

import re
import unicodedata

from anyascii import anyascii

MAX_KEY = 120
_LETTERS = str.maketrans({"ø": "o", "œ": "oe", "å": "a", "ä": "a", "ö": "o", "ü": "u"})
_WORDS = re.compile(r"[^a-z0-9]+")
# Not " - ": behind it stands a part of a port ("Singapore - Offshore Oil Terminal 1").
_PARTS = re.compile(r"[(),/;\[\]]")
# What says that a place is a port, not which one.
_GENERIC = {"port", "porto", "puerto", "harbour", "harbor", "hafen", "of", "de", "the"}


def fold(text: str) -> str:
    """Return the key of a name: small Latin letters and digits, words separated by a space."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    return " ".join(_WORDS.split(anyascii(plain).lower())).strip()[:MAX_KEY]


def keys(name: str) -> list[str]:
    """Return the keys of a name and of its parts: "Goteborg (Gothenburg)" is found by both."""
    parts = [name, *_PARTS.split(name)]
    return list(dict.fromkeys(key for part in parts if (key := fold(part))))


def core(key: str) -> str:
    """Return a key without the words that every port may have: "puerto de montevideo"."""
    words = [word for word in key.split() if word not in _GENERIC]
    return " ".join(words) or key
