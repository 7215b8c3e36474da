"""Find a place: by its code, or by what a traveller calls it."""

from maritime_app.ferries.model import Place
from maritime_app.ferries.places import areas, store
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

_GUESSES = 5
_SUGGESTIONS = 8


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


async def suggestions(res: Resources, text: str) -> list[Place]:
    """Return places that something sails from or to, as a traveller may mean them who has typed so
    much: by name or code in any language and script, or by city, island or region.
    """
    async with res.db.acquire() as conn:
        return await _called(conn, text, _SUGGESTIONS)


async def guesses(conn: Conn, text: str) -> list[Place]:
    """Return places that may be meant, in any language and script: the one that is called just so,
    else those whose name contains it and the harbours of a city, island or region of that name.
    """
    key = ports.fold_name(text)
    near = await store.places_named(conn, key, _GUESSES) if key else []
    same = [each.place for each in near if each.exact]
    return same if len(same) == 1 else await _called(conn, text, _GUESSES)


async def _called(conn: Conn, text: str, most: int) -> list[Place]:
    key = ports.fold_name(text)
    if not key:
        return []
    named = [each.place for each in await store.places_named(conn, key, most)]
    served = await store.places_of(conn, areas.harbours(key))
    found = {place.code: place for place in (*served, *named)}
    return list(found.values())[:most]
