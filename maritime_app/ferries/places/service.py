"""Find a place: by its code, or by what a traveller calls it."""

from maritime_app.ferries.model import Place
from maritime_app.ferries.places import store
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

_GUESSES = 5


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


async def guesses(conn: Conn, text: str) -> list[Place]:
    """Return places that may be meant, in any language and script: the one that is called just so,
    else those whose name contains it.
    """
    key = ports.fold_name(text)
    near = await store.places_named(conn, key, _GUESSES) if key else []
    same = [each.place for each in near if each.exact]
    return same if len(same) == 1 else [each.place for each in near]
