"""What the envelope says of a message, whatever its type."""

from msgspec import Struct

from maritime_app.vessels.model import Rejection, Report, SafetyText

Decoded = Report | SafetyText | Rejection


class Receipt(Struct, gc=False):
    """Receipt time (UTC epoch ms), the feed's name of the ship as it pads it, and flags so far."""

    at_ms: int
    name: str | None
    flags: int
