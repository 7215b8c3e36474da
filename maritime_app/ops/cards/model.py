"""What a picture is asked for with, and what stands on it."""

from typing import Annotated

import msgspec

WIDTH, HEIGHT = 1200, 630  # what is shown large everywhere (https://ogp.me, Facebook, LinkedIn)
PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]


class RouteCardRequest(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """A way, by UN/LOCODE or stop id."""

    origin: PlaceCode
    destination: PlaceCode


class PortCardRequest(msgspec.Struct, frozen=True):
    """A port, by UN/LOCODE or stop id."""

    port: PlaceCode


class Card(msgspec.Struct, frozen=True):
    """What stands on it: a line above, one or two names, a line below, and what is invented.

    Nothing that changes: who shares a page keeps the picture for months.
    """

    brand: str
    above: str
    names: tuple[str, ...]
    below: str
    invented: str
    language: str
    direction: str
