"""What a message with static data changes of what is known of a ship. Pure.

A message replaces what it carries, with "not available" as well, and leaves the rest: message 5 is
a whole (ITU-R M.1371-5, table 53), the parts A and B of message 24 complete each other.
"""

from typing import Final

from msgspec.structs import replace

from maritime_app.vessels.ais import fields
from maritime_app.vessels.model import Known, Particulars, Report, Source, StaticPart

# A static message comes each six minutes. Another source's word counts once the better one has been
# silent for longer than two of them.
_BETTER_SOURCE_MS: Final = 900_000
# What is merely said again is published anew after this time, so that its age is right.
REFRESH_MS: Final = 600_000


def joined(known: Known | None, report: Report, source: Source) -> Known | None:
    """Return what is known after this message; the same object when nothing is to be published."""
    news, at_ms = report.particulars, report.at_ms
    if news is None:
        return _named(known, fields.text(report.name or ""), source)
    if known is None:
        voyage_ms = at_ms if report.part is StaticPart.WHOLE else 0
        if report.part is StaticPart.PART_B:
            news = replace(news, name=fields.text(report.name or ""))
        return Known(news, source, at_ms, voyage_ms)
    if source > known.source and at_ms - known.static_ms < _BETTER_SOURCE_MS:
        return known
    whole = report.part is StaticPart.WHOLE
    particulars = news if whole else _replaced(known.particulars, news, report.part)
    if particulars == known.particulars and at_ms - known.static_ms < REFRESH_MS:
        return known
    return Known(particulars, source, at_ms, at_ms if whole else known.voyage_ms)


def _named(known: Known | None, name: str | None, source: Source) -> Known | None:
    """Return what is known with the feed's own name for the ship, which serves until the ship
    itself has said something.
    """
    if name is None:
        return known
    if known is None:
        return Known(Particulars(name=name), source, static_ms=0)
    if known.static_ms or source > known.source or name == known.particulars.name:
        return known
    return Known(replace(known.particulars, name=name), source, static_ms=0)


def told_by(known: Known | None, at_ms: int) -> Known | None:
    """Return what is known as told at that time at the latest: the clock has gone back since."""
    if known is None:
        return None
    return replace(
        known, static_ms=min(known.static_ms, at_ms), voyage_ms=min(known.voyage_ms, at_ms)
    )


def _replaced(known: Particulars, news: Particulars, part: StaticPart) -> Particulars:
    if part is StaticPart.PART_A:
        return replace(known, name=news.name)
    sides = {
        "to_bow_m": news.to_bow_m,
        "to_stern_m": news.to_stern_m,
        "to_port_m": news.to_port_m,
        "to_starboard_m": news.to_starboard_m,
    }
    if part is StaticPart.PART_B:
        return replace(
            known,
            callsign=news.callsign,
            ship_type=news.ship_type,
            mothership=news.mothership,
            **sides,
        )
    if part is StaticPart.EXTENDED_B:
        return replace(known, name=news.name, ship_type=news.ship_type, **sides)
    return replace(known, name=news.name, **sides)
