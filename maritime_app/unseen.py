"""Characters that nobody can see, in texts that people give and others must read. Pure."""

import re
from typing import Final

# Control, zero-width and direction characters (Unicode's Cc and Cf), and the letters and marks that
# are drawn as nothing: Hangul's fillers, Khmer's inherent vowels, the grapheme joiner, Mongolian's
# selectors (Default_Ignorable_Code_Point; https://www.unicode.org/reports/tr31/).
# For the inside of a pattern's brackets, in every dialect.
UNSEEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
)
# A text with something to be seen. `(?![\s\S])` is the end in every dialect of patterns; `$` lets a
# line end through.
SEEN_TEXT: Final = rf"^[^{UNSEEN}]*[^\s{UNSEEN}][^{UNSEEN}]*(?![\s\S])"
_ANY: Final = re.compile(f"[{UNSEEN}]")


def has_unseen(text: str) -> bool:
    """Return whether there is a character in it that nobody can see."""
    return _ANY.search(text) is not None
