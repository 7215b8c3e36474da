"""What tools are asked with. Descriptions are for programs that choose by them."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from maritime_app.bookings.changes.pricing.requests import ChangeRequest
from maritime_app.bookings.mandates.model import ChangeDifference, MandateKey
from maritime_app.bookings.model import BookingRequest
from maritime_app.ferries.parties import AreaOrNone

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Reference = Annotated[str, Meta(description="Booking reference, 8 letters and digits.")]
Token = Annotated[str, Meta(max_length=400, description="The `token` that hold_booking answered.")]
Surname = Annotated[
    str, Meta(max_length=80, description="Surname of a passenger, where there is no token.")
]
Key = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=255,
        description="Your own key for this one act. Repeat the call with the same key when no "
        "answer came: it is done once, and you get its answer.",
    ),
]
Count = Annotated[int, Meta(ge=0, le=20)]
Place = Annotated[
    str, Meta(min_length=2, max_length=160, description="`code` of a port from find_ports.")
]


class FindPorts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ports by any name in any script."""

    text: Text


class SearchFerries(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"origin": "from", "destination": "to"},
):
    """Sailings between two ports on a local day, priced for a party."""

    origin: Place
    destination: Place
    date: dt.date
    return_date: dt.date | None = None
    adults: Count = 1
    children: Count = 0
    infants: Count = 0
    ages: Annotated[
        str,
        Meta(
            max_length=80,
            description='Ages of children who are not in the counts: "4,9". Each sailing decides '
            "what they pay.",
        ),
    ] = ""
    pets: Annotated[int, Meta(ge=0, le=10)] = 0
    berths: Annotated[
        bool,
        Meta(
            description="Prices with the cheapest cabins in which everybody has a bed; "
            "`berths_in` is empty on a ship that has none."
        ),
    ] = False
    resident_of: Annotated[
        AreaOrNone,
        Meta(
            description="Where they live (ISO 3166-2, GR-M is Crete): prices with the discount "
            "that fares have for its residents; `resident_discount` says how much."
        ),
    ] = ""
    residents: Annotated[
        Count, Meta(description="How many of them live there, adults first; 0: all.")
    ] = 0
    vehicles: Annotated[
        str,
        Meta(
            max_length=200,
            description='For instance "car" or "car:480:190,camper:720:320" '
            "(kind:length_cm:height_cm).",
        ),
    ] = ""


class HoldBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places held for some minutes; a person pays at `checkout_url`, or a mandate."""

    key: Key
    booking: BookingRequest


class ShowBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A booking as it stands."""

    reference: Reference
    token: Token = ""
    surname: Surname = ""


class CancelBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cancellation for exactly the fee that quote_cancellation answered."""

    key: Key
    reference: Reference
    fee_minor: Annotated[int, Meta(ge=0, le=10**12)]
    token: Token = ""
    surname: Surname = ""


class PayBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment of a held booking, or of a change that waits for it, with a mandate."""

    key: Key
    reference: Reference
    mandate: MandateKey
    difference_minor: ChangeDifference = None
    token: Token = ""
    surname: Surname = ""


class QuoteChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a change of a booking costs."""

    reference: Reference
    change: ChangeRequest
    token: Token = ""
    surname: Surname = ""


class ChangeBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change for exactly the difference that quote_change answered; negative: it comes back."""

    key: Key
    reference: Reference
    change: ChangeRequest
    difference_minor: Annotated[int, Meta(ge=-(10**12), le=10**12)]
    token: Token = ""
    surname: Surname = ""


class FindVessel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ship by name, MMSI or IMO number."""

    text: Text
