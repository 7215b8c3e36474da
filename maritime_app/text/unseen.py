"""Characters that nobody can see, in texts that people give and others must read. Pure."""

import re
import unicodedata
from typing import Final

import idna

# Control, zero-width and direction characters (Unicode's Cc and Cf), and the letters and marks that
# are drawn as nothing: Hangul's fillers, Khmer's inherent vowels, the grapheme joiner, Mongolian's
# selectors (Default_Ignorable_Code_Point; https://www.unicode.org/reports/tr31/).
# For the inside of a pattern's brackets, in every dialect.
UNSEEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
)
# Those that part and join letters, and without which some languages cannot be written: unseen
# themselves, they are seen in what stands beside them (`has_stray_joiner` says where).
JOINERS: Final = "\u200c\u200d"
# A text with something to be seen. `(?![\s\S])` is the end in every dialect of patterns; `$` lets a
# line end through.
SEEN_TEXT: Final = rf"^[^{UNSEEN}]*[^\s{UNSEEN}][^{UNSEEN}]*(?![\s\S])"
# The same, with joiners behind what is seen.
SEEN_NAME: Final = rf"^[^{UNSEEN}]*[^\s{UNSEEN}](?:[\u200c\u200d]|[^{UNSEEN}])*(?![\s\S])"
_ANY: Final = re.compile(f"[{UNSEEN}]")
_JOINER: Final = re.compile(f"[{JOINERS}]")
# Bengali ra with the short ya under it: Unicode writes it with a joiner before the virama (The
# Unicode Standard 16.0, 12.2), which RFC 5892 does not know.
_RA_YA: Final = "\u09b0\u200d\u09cd\u09af"


def has_unseen(text: str) -> bool:
    """Return whether there is a character in it that nobody can see."""
    return _ANY.search(text) is not None


def without_joiners(text: str) -> str:
    """Return the text as it is compared: many leave joiners out, and keyboards lack them."""
    return _JOINER.sub("", text)


def has_stray_joiner(text: str) -> bool:
    """Return whether a joiner stands where it changes nothing that is seen.

    Persian and its neighbours part letters within a word, Indic scripts join and part them behind a
    virama: RFC 5892, appendices A.1 and A.2, and UAX #31 let them stand there and nowhere else.
    """
    if text.isascii():  # as most names are, and joiners are not
        return False
    return any(not _joins(text, found.start()) for found in _JOINER.finditer(text))


def _joins(text: str, at: int) -> bool:
    if text.startswith(_RA_YA, at - 1):
        return True
    # The rule asks for the classes of letters beside it; there may be one that has no name yet.
    known = all(unicodedata.category(char) != "Cn" for char in text)
    return known and idna.valid_contextj(text, at)
