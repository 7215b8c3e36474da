"""Single AIS fields: "not available" to None, implausible to None and a flag (ITU-R M.1371-5)."""

from maritime_app.vessels.model import Flag, StationKind


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


def rate_of_turn(raw: int) -> float | None:
    """Return degrees per minute of raw = 4.733 * sqrt(rate).

    None for -128 (not available) and +-127 (turning, but no rate is measured).
    """
    if not -126 <= raw <= 126:
        return None
    rate = (raw / 4.733) ** 2
    return round(-rate if raw < 0 else rate, 1)


def status(raw: int) -> int | None:
    """Return the navigational status 0 to 14; None for 15, not defined."""
    return raw if 0 <= raw < 15 else None


def text(raw: str) -> str | None:
    """Return a name or destination, None if it is empty.

    `@` ends a six-bit text, what follows it is noise; spaces pad it.
    """
    if raw == "":
        return None
    cleaned = " ".join(raw.partition("@")[0].split())
    return cleaned if cleaned.isprintable() and cleaned else None


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


def kind_of(mmsi: int, sent_as: StationKind) -> StationKind | None:
    """Return what station an MMSI belongs to, for a message that came as one of kind `sent_as`.

    None if no station can have that number. Forms by ITU-R M.585-9: ships MIDxxxxxx with MID 201 to
    775, 00MIDxxxx coast stations, 111MIDxxx aircraft, 8MIDxxxxx handheld, 98MIDxxxx craft of a
    mother ship, 99MIDxxxx aids, 970/972/974 distress.
    """
    if 201_000_000 <= mmsi < 776_000_000:
        return sent_as
    if sent_as is StationKind.BASE_STATION or sent_as is StationKind.AID:
        return sent_as if 0 < mmsi <= 999_999_999 else None
    if 970_000_000 <= mmsi < 975_000_000:
        return StationKind.DISTRESS
    if 111_000_000 <= mmsi < 112_000_000:
        return StationKind.AIRCRAFT
    if 820_000_000 <= mmsi < 878_000_000 or 982_000_000 <= mmsi < 988_000_000:
        return sent_as
    if 992_000_000 <= mmsi < 998_000_000:
        return StationKind.AID
    return None
