"""What is known of a browser in which a booking is open."""

import msgspec


class Device(msgspec.Struct, frozen=True):
    """A browser in which a booking is open.

    `is_trusted`: the booking was made in it, or a code from the customer's mail was entered there.
    `has_code`: one is on its way and still good. `is_staff`: it was opened from the desk, and only
    looks.
    """

    secret_hash: bytes
    is_trusted: bool
    is_staff: bool = False
    has_code: bool = False
    seen_long_ago: bool = False


class CodesLately(msgspec.Struct, frozen=True):
    """How many codes were sent for a booking in a day, and whether one was in the last minute."""

    just_now: bool
    in_a_day: int
