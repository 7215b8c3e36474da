"""What is odd about a report, as bits, and their names for people's programs."""

from typing import Final


class Flag:
    """Bits for implausible or special values of a report; an implausible value itself is null.

    Plain integers: IntFlag's operators are Python code and cost more than decoding the message.
    """

    BAD_HEADING: Final = 1
    BAD_SPEED: Final = 2
    BAD_COURSE: Final = 4
    BAD_CLOCK: Final = 8  # the time lay in the future, or a base station sent month 15
    COARSE: Final = 16  # long range report on a 0.1 minute grid
    RELOCATED: Final = 32  # accepted after an implausible jump that a second report confirmed
    BAD_STATIC: Final = 64  # a number or date in the static data was impossible
    ODD_NUMBER: Final = 128  # an MMSI of a form that no such station should have
    SHARED_NUMBER: Final = 256  # two stations report under this MMSI from different places
    ACCURATE: Final = 512  # the station says: better than 10 m
    TEST: Final = 1024  # a distress transmitter under test
    NOT_MEASURED: Final = 2048  # entered by hand, dead reckoned, or no positioning system works
    OFF_POSITION: Final = 4096  # a buoy that is not where it belongs
    VIRTUAL: Final = 8192  # an aid to navigation that exists on charts only
    DOUBTFUL: Final = 16384  # position integrity: see feed/integrity
    IMPOSSIBLE: Final = 32768
    RECORDED: Final = 65536  # played from a file: the ship was there then, not now
    INLAND: Final = 131072  # far from the sea, lakes, rivers and canals: see sea/grid.py


_DOUBTED: Final = Flag.DOUBTFUL | Flag.NOT_MEASURED | Flag.BAD_CLOCK
# No event, prediction or compensation stands on a position that may be wrong, on what a crew typed
# in, or on what was so at another time.
DISTRUSTED: Final = _DOUBTED | Flag.IMPOSSIBLE | Flag.RECORDED

FLAG_CODES: Final = {
    bit: name.lower().replace("_", "-") for name, bit in vars(Flag).items() if name.isupper()
}


def integrity_of(flags: int) -> str:
    """Return whether a position can be believed: "plausible", "doubtful" or "impossible".

    Of two stations under one number nobody knows which one is meant: both are doubtful.
    """
    if flags & Flag.IMPOSSIBLE:
        return "impossible"
    return "doubtful" if flags & (_DOUBTED | Flag.SHARED_NUMBER) else "plausible"


def flag_codes(flags: int) -> list[str]:
    """Return the names of the bits, e.g. ["bad-clock", "coarse"]."""
    return [code for bit, code in FLAG_CODES.items() if flags & bit]
