"""Single AIS fields: "not available" to null, implausible to null and a flag (ITU-R M.1371-5)."""

from maritime_app.vessels.model import Flag, Kind

SHIP_SPEED_LIMIT_KNOTS = 102.2  # the field's own ceiling: "102.2 or more"


def heading(raw: int) -> tuple[int | None, int]:
    """Degrees 0 to 359, and a flag. 511 is not available, anything else above 359 is wrong (456 was
    seen).
    """
    if 0 <= raw < 360:
        return raw, 0
    return (0, 0) if raw == 360 else (None, 0 if raw == 511 else Flag.BAD_HEADING)


def course(raw: float, unavailable: float = 360) -> tuple[float | None, int]:
    """Degrees [0, 360), and a flag. 360 is not available, in long range reports 511."""
    if 0 <= raw < 360:
        return raw, 0
    return None, 0 if raw in (unavailable, 360) else Flag.BAD_COURSE


def speed(raw: float, unavailable: float = 102.3) -> tuple[float | None, int]:
    """Knots, and a flag. 102.3 is not available (63 in long range reports, 1023 for aircraft)."""
    if 0 <= raw < unavailable:
        return raw, 0
    return None, 0 if raw in (unavailable, 1023) else Flag.BAD_SPEED


def rate_of_turn(raw: int) -> float | None:
    """Degrees per minute from raw = 4.733 * sqrt(rate). -128 is none, +-127 has no rate behind it."""
    if not -126 <= raw <= 126:
        return None
    rate = (raw / 4.733) ** 2
    return round(-rate if raw < 0 else rate, 1)


def status(raw: int) -> int | None:
    """Navigational status 0 to 14; 15 is not defined."""
    return raw if 0 <= raw < 15 else None


def text(raw: str) -> str | None:
    """A name or destination: `@` ends a six-bit text, what follows is noise; spaces pad it."""
    if raw == "":
        return None
    cleaned = " ".join(raw.partition("@")[0].split())
    return cleaned if cleaned.isprintable() and cleaned else None


def imo(raw: int) -> tuple[int | None, int]:
    """A 7-digit IMO number whose check digit fits (IMO resolution A.1117(30)), or null and a flag."""
    if raw == 0:
        return None, 0
    if 1_000_000 <= raw <= 9_999_999:
        *digits, check = [int(digit) for digit in str(raw)]
        if (
            sum(weight * digit for weight, digit in zip(range(7, 1, -1), digits, strict=True)) % 10
            == check
        ):
            return raw, 0
    return None, Flag.BAD_STATIC


def ship_type(raw: int) -> int | None:
    """Type of ship 1 to 99; 0 is not available, 100 and more are reserved."""
    return raw if 0 < raw < 100 else None


def kind_of(mmsi: int, told: Kind) -> Kind | None:
    """What an MMSI may be for a message of kind `told`; None if no station can have that number.

    Forms by ITU-R M.585-9: ships MIDxxxxxx with MID 201 to 775, 00MIDxxxx coast stations, 111MIDxxx
    aircraft, 8MIDxxxxx handheld, 98MIDxxxx craft of a mother ship, 99MIDxxxx aids, 970/972/974
    distress.
    """
    if 201_000_000 <= mmsi < 776_000_000:
        return told
    if told is Kind.BASE_STATION or told is Kind.AID:
        return told if 0 < mmsi <= 999_999_999 else None
    if 970_000_000 <= mmsi < 975_000_000:
        return Kind.DISTRESS
    if 111_000_000 <= mmsi < 112_000_000:
        return Kind.AIRCRAFT
    if 820_000_000 <= mmsi < 878_000_000 or 982_000_000 <= mmsi < 988_000_000:
        return told
    if 992_000_000 <= mmsi < 998_000_000:
        return Kind.AID
    return None
