"""What an attack found."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What was tried, and whether the service held."""

    part: str
    tried: str
    held: bool
