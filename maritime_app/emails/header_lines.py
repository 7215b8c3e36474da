"""Pure: how the headers of a mail are written down.

Python's library breaks what is longer than 78 characters, and encodes a word that it cannot break
(RFC 2047). An address in List-Unsubscribe would be such a word, and then nobody's: RFC 2369
(section 2) has it as it is, and mail programs read it so.
"""

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import EmailPolicy, Policy
from typing import Final


class _Addresses(UnstructuredHeader, BaseHeader):
    """Addresses in angle brackets, on one line however long they are."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _headers() -> HeaderRegistry:
    made = HeaderRegistry()
    made.map_to_type("list-unsubscribe", _Addresses)
    return made


POLICY: Final = EmailPolicy(header_factory=_headers())


def one_line(text: str) -> str:
    """Return the text without breaks of line, of which a header has none."""
    return " ".join(text.split())
