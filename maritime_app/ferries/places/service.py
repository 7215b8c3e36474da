"""Find a place: by its code, or by what a traveller calls it."""

from collections.abc import Sequence

from msgspec import Struct

from maritime_app.ferries.model import NearPlace, Place
from maritime_app.ferries.places import areas, store
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

_GUESSES = 5
_SUGGESTIONS = 8
_NEAR_M = 20_000.0  # the other quays of a town and its neighbours
_MOST_NEAR = 5


class Guesses(Struct, frozen=True):
    """Places that may be meant, the likeliest first; whether it is what they are called."""

    places: Sequence[Place]
    is_spelled_so: bool = True


async def place(res: Resources, code: str) -> Place | None:
    """Return a harbour by UN/LOCODE or a stop by its id; None when there is none."""
    async with res.db.acquire() as conn:
        return await by_code(conn, code)


async def by_code(conn: Conn, code: str) -> Place | None:
    """Return the same on a connection that is open already."""
    # PostgreSQL takes no NUL in a text, and no code has one.
    return None if "\x00" in code else await store.place_by_code(conn, code)


async def places(res: Resources, text: str = "", limit: int = 400) -> list[Place]:
    """Return places that something departs from."""
    async with res.db.acquire() as conn:
        return await store.places(conn, text, limit)


async def near_departures(conn: Conn, code: str, days: int) -> list[NearPlace]:
    """Return the nearest places round a port that boats leave in so many days from now on."""
    return await store.near_departures(conn, code, _NEAR_M, _MOST_NEAR, days)


async def suggestions(res: Resources, text: str) -> list[Place]:
    """Return places that something sails from or to, as a traveller may mean them who has typed so
    much: by name or code in any language and script, or by city, island or region; else by a name
    that is spelled almost so.
    """
    async with res.db.acquire() as conn:
        called = await _called(conn, text, _SUGGESTIONS)
        return called or await _spelled(conn, ports.fold_name(text))


async def guesses(conn: Conn, text: str) -> Guesses:
    """Return places that may be meant, in any language and script: the one that is called just so,
    else those whose name contains it and the harbours of a city, island or region of that name,
    else those whose name is spelled almost so.
    """
    key = ports.fold_name(text)
    near = await store.places_named(conn, key, _GUESSES) if key else []
    same = [each.place for each in near if each.exact]
    if len(same) == 1:
        return Guesses(same)
    called = await _called(conn, text, _GUESSES)
    return Guesses(called) if called else Guesses(await _spelled(conn, key), is_spelled_so=False)


async def _spelled(conn: Conn, key: str) -> list[Place]:
    found = await store.places_spelled_about(conn, key)
    names = ports.spelled_about(key, (each.key for each in found), _GUESSES)
    places = {each.place.code: each.place for name in names for each in found if each.key == name}
    return list(places.values())[:_GUESSES]


async def _called(conn: Conn, text: str, most: int) -> list[Place]:
    key = ports.fold_name(text)
    if not key:
        return []
    named = [each.place for each in await store.places_named(conn, key, most)]
    served = await store.places_of(conn, areas.harbours(key))
    found = {place.code: place for place in (*served, *named)}
    return list(found.values())[:most]
