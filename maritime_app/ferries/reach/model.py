"""Where one can go from a place, and which ports lie near it."""

import datetime as dt
from typing import Annotated

import msgspec

from maritime_app.ferries.model import NearPlace, Place
from maritime_app.ferries.parties import PartyFields
from maritime_app.money import Money

PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]


class DestinationsRequest(PartyFields, frozen=True, rename={"origin": "from"}):
    """Where one wants to leave, by UN/LOCODE or stop id, and who travels, as in a search."""

    origin: PlaceCode


class Destination(msgspec.Struct, frozen=True):
    """A place that one reaches without a change; `sold` is false where only timetables know it.

    `from_price` is the lowest for the party in the coming thirty days, null where it is not known.
    `not_asked` names operators that may take less: nobody has asked them yet for this party.
    """

    place: Place
    lat: float
    lon: float
    sold: bool
    operators: tuple[str, ...]
    from_price: Money | None
    not_asked: tuple[str, ...] = ()


class DestinationsResponse(msgspec.Struct, frozen=True, rename={"origin": "from"}):
    """Where one can go from here (degrees) without a change: what is sold here first, by name."""

    origin: Place
    lat: float
    lon: float
    destinations: tuple[Destination, ...]


class AlternativesRequest(
    msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}
):
    """A search that found nothing, or too little."""

    origin: PlaceCode
    destination: PlaceCode
    date: dt.date


class Alternatives(msgspec.Struct, frozen=True):
    """What sails instead: `days` of the same way within two weeks, `origins` near the origin that
    have a boat to the destination, `destinations` near the destination that one can reach.
    """

    days: tuple[dt.date, ...] = ()
    origins: tuple[NearPlace, ...] = ()
    destinations: tuple[NearPlace, ...] = ()
