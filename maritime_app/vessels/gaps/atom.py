"""Gaps as entries of an Atom feed. Pure."""

from collections.abc import Iterator

from maritime_app.vessels.events.atom import AtomEntry
from maritime_app.vessels.gaps.responses import GapsResponse


def entries(answer: GapsResponse, public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its ship."""
    for gap in answer.gaps:
        words = "not heard" if gap.hours is None else f"not heard for {gap.hours} h"
        heard = f"others were heard there in {round(gap.heard_share * 100)} % of the hours"
        yield AtomEntry(
            id=gap.id,
            title=f"{gap.ship or gap.mmsi}: {words}",
            summary=f"from {gap.lat}, {gap.lon}; {heard}",
            updated=gap.ended_at or gap.began_at,
            published=gap.began_at,
            link=f"{public_url}/vessels/{gap.mmsi}",
            invented=gap.invented,
        )
