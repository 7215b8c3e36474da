"""Texts of others in XML: what XML 1.0 has no place for is left out. Pure.

One such character, however it is written, makes a whole document unreadable (Extensible Markup
Language 1.0, 2.2, production Char).
"""

import re
from typing import Final
from xml.sax import saxutils

_NONE: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """Return the text without characters that no XML may have."""
    return _NONE.sub("", text)


def escape(text: str) -> str:
    """Return the text as it stands between tags."""
    return saxutils.escape(allowed(text))


def quoteattr(text: str) -> str:
    """Return the text as an attribute's value, in its quotes."""
    return saxutils.quoteattr(allowed(text))
