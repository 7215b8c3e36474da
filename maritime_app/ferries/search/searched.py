"""What was searched last, as a cookie of this browser has it: codes of two ports, at most four
pairs, no dates and no people. A script of ours writes it; here it is read.
"""

from collections.abc import Sequence
from urllib.parse import unquote

from maritime_app.ferries.model import Place
from maritime_app.ferries.search import store
from maritime_app.resources import Resources

COOKIE = "searched"
_MOST = 4
_LONGEST = 1_500
_LONGEST_CODE = 160


def pairs(cookie: str) -> list[tuple[str, str]]:
    """Return the pairs of codes, the newest first; what is no such cookie has none."""
    if len(cookie) > _LONGEST:
        return []
    found = []
    for text in cookie.split("|")[:_MOST]:
        ends = [unquote(end) for end in text.split(":")]
        if len(ends) == 2 and all(0 < len(end) <= _LONGEST_CODE for end in ends):
            found.append((ends[0], ends[1]))
    return [pair for pair in found if "\x00" not in "".join(pair)]


async def searched(res: Resources, cookie: str) -> Sequence[tuple[Place, Place]]:
    """Return what was searched last; a place that is no more is left out."""
    wanted = pairs(cookie)
    if not wanted:
        return []
    async with res.reads.acquire() as conn:
        places = await store.places_by_codes(
            conn, sorted({code for pair in wanted for code in pair})
        )
    return [
        (places[origin], places[destination])
        for origin, destination in wanted
        if origin in places and destination in places
    ]
