"""What is cached of sailings that are sold by another list from now on."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from maritime_app.ferries.sailings import catalogue, service as sailings
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_TAGS_AT_ONCE = 500  # of a year's sailings there are thousands


async def drop(conn: Conn, res: Resources, sold: Sequence[UUID]) -> None:
    """Drop what is cached of the sailings once this is committed."""
    tags = list(dict.fromkeys(await sailings.tags_of(conn, sold)))
    for start in range(0, len(tags), _TAGS_AT_ONCE):
        await drop_cached(conn, res.cache, tags[start : start + _TAGS_AT_ONCE])
    copies = catalogue.of(res)
    for sailing_id in sold:
        conn.unless_rolled_back.append(partial(copies.forget, sailing_id))
