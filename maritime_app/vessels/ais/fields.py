"""Single AIS fields: "not available" to None, implausible to None and a flag (ITU-R M.1371-5)."""

import math
from typing import Any, Final

from maritime_app.vessels.ais import wire
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import StationKind

# Characters that the messages have room for: 5, 19 and 24; 21 with its extension; 14.
LONGEST_NAME, LONGEST_NAME_OF_AID, LONGEST_SAFETY_TEXT = 20, 34, 161
_OR_LONGER, _OR_BROADER = 511, 63  # metres, as many as the fields hold
_NULL_ISLAND_DEG: Final = 0.0005
_MOBILE: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})
_FIXED: Final = frozenset({StationKind.BASE_STATION, StationKind.AID})
_NOT_FIXED: Final = frozenset(StationKind) - _FIXED
# From, to (not included), what the number says that it is (None: what the message says), and for
# messages of which kinds that holds.
_FORMS: Final = (
    (201_000_000, 776_000_000, None, _MOBILE),
    (2_010_000, 7_760_000, None, frozenset({StationKind.BASE_STATION})),
    (992_010_000, 997_760_000, StationKind.AID, frozenset(StationKind)),
    (970_000_000, 971_000_000, StationKind.DISTRESS, _NOT_FIXED),
    (972_000_000, 973_000_000, StationKind.DISTRESS, _NOT_FIXED),
    (974_000_000, 975_000_000, StationKind.DISTRESS, _NOT_FIXED),
    (111_201_000, 111_776_000, StationKind.AIRCRAFT, _NOT_FIXED),
    (820_100_000, 877_600_000, None, _NOT_FIXED),
    (982_010_000, 987_760_000, None, _NOT_FIXED),
)


def heading(raw: int) -> tuple[int | None, int]:
    """Return degrees 0 to 359 and a flag.

    511 is not available; anything else above 360 is wrong (456 was seen in a feed).
    """
    if 0 <= raw < 360:
        return raw, 0
    if raw == 360:
        return 0, 0
    return None, 0 if raw == 511 else Flag.BAD_HEADING


def course(raw: float, unavailable: float = 360) -> tuple[float | None, int]:
    """Return degrees [0, 360) and a flag. 360 is not available, in long range reports 511."""
    if 0 <= raw < 360:
        return raw, 0
    return None, 0 if raw in (unavailable, 360) else Flag.BAD_COURSE


def speed(raw: float, unavailable: float = 102.3) -> tuple[float | None, int]:
    """Return knots and a flag. 102.3 is not available (long range: 63, aircraft: 1023)."""
    if 0 <= raw < unavailable:
        return raw, 0
    return None, 0 if raw in (unavailable, 1023) else Flag.BAD_SPEED


_MOST_TURN: Final = 126
_RATES: Final = tuple(
    round(math.copysign((raw / 4.733) ** 2, raw), 1) for raw in range(-_MOST_TURN, _MOST_TURN + 1)
)


def rate_of_turn(raw: int) -> float | None:
    """Return degrees per minute of raw = 4.733 * sqrt(rate).

    None for -128 (not available) and +-127 (turning, but no rate is measured).
    """
    return _RATES[raw + _MOST_TURN] if -_MOST_TURN <= raw <= _MOST_TURN else None


def status(raw: int) -> int | None:
    """Return the navigational status 0 to 14; None for 15, not defined."""
    return raw if 0 <= raw < 15 else None


def text(raw: str, longest: int = LONGEST_NAME) -> str | None:
    """Return a name or destination, None if it is empty.

    `@` ends a six-bit text, what follows it is noise; spaces pad it. What goes on after the last
    character that the message has room for was never sent by a ship. NUL is what some call `@`; of
    other characters that nobody can see, none is kept.
    """
    if raw == "":
        return None
    told = raw.partition("@")[0][:longest]
    if not told.isprintable():
        told = "".join(filter(_is_seen, told.partition("\0")[0]))
    return " ".join(told.split()) or None


def _is_seen(letter: str) -> bool:
    return letter.isprintable() or letter.isspace()


def imo(raw: int) -> tuple[int | None, int]:
    """Return a 7-digit IMO number and a flag; 0 is not available.

    The last digit is a check digit (IMO resolution A.1117(30)).
    """
    if raw == 0:
        return None, 0
    if 1_000_000 <= raw <= 9_999_999:
        *digits, check = [int(digit) for digit in str(raw)]
        weighted = [weight * digit for weight, digit in zip(range(7, 1, -1), digits, strict=True)]
        if sum(weighted) % 10 == check:
            return raw, 0
    return None, Flag.BAD_STATIC


def ship_type(raw: int) -> int | None:
    """Return the type of ship 1 to 99; None for 0 (not available) and reserved values."""
    return raw if 0 < raw < 100 else None


def kind_of(mmsi: int, sent_as: StationKind) -> tuple[StationKind | None, int]:
    """Return what station an MMSI belongs to, for a message that came as one of kind `sent_as`.

    With Flag.ODD_NUMBER when no such station should have it; None for what is no MMSI at all.
    Forms by ITU-R M.585-9: ships MIDxxxxxx with MID 201 to 775, 00MIDxxxx coast stations,
    111MIDxxx aircraft, 8MIDxxxxx handheld, 98MIDxxxx craft of a mother ship, 99MIDxxxx aids,
    970/972/974 distress.
    """
    if not 0 < mmsi <= 999_999_999:
        return None, 0
    for first, end, kind, senders in _FORMS:
        if first <= mmsi < end and sent_as in senders:
            return sent_as if kind is None else kind, 0
    return sent_as, Flag.ODD_NUMBER


def is_null_island(lat: float, lon: float) -> bool:
    """Whether it is what a receiver without a fix sends: zeros, or some bits of noise."""
    return -_NULL_ISLAND_DEG < lat < _NULL_ISLAND_DEG and -_NULL_ISLAND_DEG < lon < _NULL_ISLAND_DEG


def dimensions(size: wire.Dimension | None) -> dict[str, Any]:
    """Return the metres from the antenna to bow, stern, port and starboard by field of Particulars.

    Empty when the ship does not say (all zero) or says what cannot be. The ceilings mean "or
    more" (ITU-R M.1371-5, table 52), which is no measure.
    """
    if size is None or not (
        0 <= size.a <= _OR_LONGER
        and 0 <= size.b <= _OR_LONGER
        and 0 <= size.c <= _OR_BROADER
        and 0 <= size.d <= _OR_BROADER
    ):
        return {}
    is_long = size.a + size.b > 0 and _OR_LONGER not in (size.a, size.b)
    is_broad = size.c + size.d > 0 and _OR_BROADER not in (size.c, size.d)
    along = {"to_bow_m": size.a, "to_stern_m": size.b} if is_long else {}
    across = {"to_port_m": size.c, "to_starboard_m": size.d} if is_broad else {}
    return along | across
