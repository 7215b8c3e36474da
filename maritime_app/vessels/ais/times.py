"""Times as AISStream and AIS ships write them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from maritime_app.vessels.model import EtaPrecision

CLOCK_SLACK_MS: Final = 5_000  # two good clocks differ by less; more is worth a flag
_UTC: Final = "+0000 UTC"
_SPACED_UTC: Final = " +0000 UTC"


def go_time_ms(text: str) -> int:
    """Return epoch milliseconds of Go's `time.String()`: "2022-12-29 18:22:32.318353 +0000 UTC".

    The fraction has 0 to 9 digits; RFC 3339 ("...T18:22:32.5+00:00") is read, too. Raise ValueError
    for anything else.
    """
    second_ms = _second_ms(text[:19])
    if text[19:20] == "." and text.endswith(_SPACED_UTC):  # as nearly every frame has it
        digits = text[20 : -len(_SPACED_UTC)]
        if 0 < len(digits) <= 9 and digits.isascii() and digits.isdecimal():
            return second_ms + int((digits + "00")[:3])
    rest = text[19:]
    if rest[:1] != ".":
        return second_ms - _offset_ms(rest.lstrip())
    digits, _, zone = rest[1:].partition(" ")
    if not zone:
        digits, zone = _split_rfc_3339(digits)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise ValueError("bad fraction of a second")
    milliseconds = int((digits + "00")[:3])
    if zone == _UTC:
        return second_ms + milliseconds
    return second_ms + milliseconds - _offset_ms(zone)


def _split_rfc_3339(rest: str) -> tuple[str, str]:
    """Return the digits of a fraction and the zone behind them ("5+00:00", "5Z")."""
    end = next((at for at, letter in enumerate(rest) if not letter.isdigit()), len(rest))
    zone = rest[end:] or "Z"
    return rest[:end], zone if zone == "Z" else zone[:3] + zone[-2:]


# A feed shows a few seconds at a time, whatever the number of ships.
@lru_cache(maxsize=256)
def _second_ms(prefix: str) -> int:
    """Return the epoch milliseconds of "2026-08-20 00:01:30" or "2026-08-20T00:01:30"."""
    seconds = int(prefix[17:]) if prefix.isascii() and prefix[17:].isdecimal() else -1
    if len(prefix) != 19 or prefix[10] not in " T" or prefix[16] != ":" or not 0 <= seconds <= 60:
        raise ValueError("not a time")
    text = f"{prefix[:10]} {prefix[11:16]}"
    instant = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return (int(instant.timestamp()) + seconds) * 1000


def _offset_ms(zone: str) -> int:
    if zone.startswith("+0000") or zone in ("", "Z", "UTC"):
        return 0
    digits = zone.replace(":", "")[1:5]
    if zone[:1] not in "+-" or len(digits) != 4 or not digits.isdigit():
        raise ValueError("bad time zone")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (-minutes if zone[0] == "-" else minutes) * 60_000


def go_time(at_ns: int, digits: int = 9) -> str:
    """Return epoch nanoseconds as AISStream writes them.

    The fraction has at most `digits` digits and no trailing zeros.
    """
    instant = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC)
    fraction = f"{at_ns % 1_000_000_000:09d}"[:digits].rstrip("0")
    return f"{instant:%Y-%m-%d %H:%M:%S}{'.' + fraction if fraction else ''} +0000 UTC"


def eta(
    month: int, day: int, hour: int, minute: int, received_ms: int
) -> tuple[int, EtaPrecision] | None:
    """Return the ETA (UTC) nearest to receipt in epoch milliseconds: AIS sends no year.

    Month 0 or day 0 means none. Hour 24 is "not available", so that only the day is known, minute
    60 leaves the hour (ITU-R M.1371-5, table 53); the beginning of that day or hour is returned.
    Raise ValueError for impossible dates (31 February).
    """
    if month == 0 or day == 0:
        return None
    precision = EtaPrecision.MINUTE
    if minute == 60:
        precision, minute = EtaPrecision.HOUR, 0
    if hour == 24:
        precision, hour, minute = EtaPrecision.DAY, 0, 0
    received = datetime.fromtimestamp(received_ms / 1000, UTC)
    candidates = [
        instant
        for year in (received.year - 1, received.year, received.year + 1)
        if (instant := _date(year, month, day, hour, minute)) is not None
    ]
    if not candidates:
        raise ValueError("impossible ETA")
    nearest = min(candidates, key=lambda instant: abs(instant - received))
    return int((nearest - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)), precision


def _date(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:  # 29 February exists in some of the three years only
        return None
