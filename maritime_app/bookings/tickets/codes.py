"""Pure: the signed codes of tickets, to be checked at a gate without a network.

"FW2.<reference>.<leg>.<holder>.<issue>.<signature>". A holder is p1, p2 ... or v1, v2 ...; the
issue counts how often the booking's tickets were written anew, so that a gate that knows the
newest one can refuse the others. "FW1" codes carry no issue: they are of the first.
"""

from msgspec import Struct

from maritime_app import signing
from maritime_app.settings.model import Settings

_VERSION = "FW2"
_FIRST_VERSION = "FW1"
_PURPOSE = "ticket"


class TicketCode(Struct, frozen=True):
    """What a genuine code says."""

    reference: str
    leg: int
    holder: str
    issue: int


def code_of(settings: Settings, reference: str, leg_number: int, holder: str, issue: int) -> str:
    """Return the signed code of one passenger or vehicle on one leg."""
    subject = f"{reference}.{leg_number}.{holder}.{issue}"
    return f"{_VERSION}.{subject}.{signing.sign(settings, _PURPOSE, subject)}"


def codes_of(
    settings: Settings, reference: str, leg_number: int, holder: str, issue: int
) -> list[str]:
    """Return every code that this issue of the ticket may carry: of each kind, by each key."""
    first = f"{reference}.{leg_number}.{holder}"
    subjects = [(_VERSION, f"{first}.{issue}")]
    if issue == 1:
        subjects.append((_FIRST_VERSION, first))
    return [
        f"{version}.{subject}.{signature}"
        for version, subject in subjects
        for signature in signing.signatures(settings, _PURPOSE, subject)
    ]


def read(settings: Settings, code: str) -> TicketCode | None:
    """Return what the code says, or None unless we wrote it."""
    version, _dot, rest = code.strip().partition(".")
    subject, _dot, signature = rest.rpartition(".")
    parts = subject.split(".")
    if (version, len(parts)) not in {(_VERSION, 4), (_FIRST_VERSION, 3)}:
        return None
    if not signing.verify(settings, _PURPOSE, subject, signature):
        return None
    reference, leg, holder = parts[:3]
    return TicketCode(reference, int(leg), holder, int(parts[3]) if len(parts) == 4 else 1)


def is_genuine(settings: Settings, code: str) -> bool:
    """Return whether we wrote this code."""
    return read(settings, code) is not None
