"""What other domains may ask about sailings."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from uuid import NAMESPACE_URL, UUID, uuid5

from maritime_app.errors import NotFound
from maritime_app.ferries.model import Fare, Operator, Sailing, local_day
from maritime_app.ferries.operators.model import OperatorSailing
from maritime_app.ferries.sailings import catalogue, store
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_LONGEST_CLOSE_MINUTES = 10_080  # the constraint sailing_sales_close_within_a_week


async def sailings(res: Resources, ids: Iterable[UUID]) -> dict[UUID, Sailing]:
    """Return sailings by id, at most a minute old; raise NotFound for one that does not exist."""
    return await catalogue.of(res).sailings(ids)


async def sailing(res: Resources, sailing_id: UUID) -> Sailing:
    """Return one sailing, at most a minute old; raise NotFound."""
    return await catalogue.of(res).sailing(sailing_id)


async def fare(res: Resources, fare_id: UUID) -> Fare:
    """Return a price list: never changed in place, so a copy never grows old; raise NotFound."""
    return await catalogue.of(res).fare(fare_id)


async def remote_sailing(
    res: Resources,
    operator: Operator,
    sailing: OperatorSailing,
    sales_close_at: datetime | None = None,
) -> Sailing:
    """Return a remote operator's sailing as a row of ours, so that a booking can point at it.

    Its id follows from operator and key, so writing it twice makes one row. `sales_close_at` is
    kept where the operator says it. Raise NotFound where the operator names a port that we do not
    know.
    """
    ends = f"{sailing.depart_place}:{sailing.destination_place}"
    async with res.db.transaction() as conn:
        sailing_id = await store.ensure_remote_sailing(
            conn,
            operator=operator,
            operator_id=uuid5(NAMESPACE_URL, f"operator:{operator.code}"),
            remote_key=sailing.code,
            sailing_id=uuid5(NAMESPACE_URL, f"sailing:{operator.code}:{sailing.code}"),
            route_id=uuid5(NAMESPACE_URL, f"route:{operator.code}:{ends}"),
            origin=sailing.depart_place,
            destination=sailing.destination_place,
            ferry=sailing.ship_name,
            departs_at=sailing.depart_at,
            arrives_at=sailing.arrive_at,
            sales_close_minutes=_minutes_before(sailing.depart_at, sales_close_at),
        )
    if sailing_id is None:
        raise NotFound(_("There is no such sailing."), code="sailing")
    return (await sailings(res, [sailing_id]))[sailing_id]


def _minutes_before(departs_at: datetime, sales_close_at: datetime | None) -> int | None:
    """Return how long before departure sales close, in started minutes within a week."""
    if sales_close_at is None:
        return None
    seconds = (departs_at - sales_close_at).total_seconds()
    return min(max(0, ceil(seconds / 60)), _LONGEST_CLOSE_MINUTES)


def cache_tags(
    sailing_id: UUID | str, origin: str, destination: str, departs_at: datetime, timezone: str
) -> tuple[str, str]:
    """Return the tags of everything cached about a sailing: itself, and its direction and day."""
    return sailing_tag(sailing_id), day_tag(origin, destination, local_day(departs_at, timezone))


async def tags_of(conn: Conn, ids: Iterable[UUID]) -> list[str]:
    """Return the tags of everything that is cached about the sailings."""
    days = await store.sailing_days(conn, ids)
    return [
        tag
        for one in days
        for tag in (
            sailing_tag(one.sailing_id),
            day_tag(one.origin, one.destination, one.day),
        )
    ]


def sailing_tag(sailing_id: UUID | str) -> str:
    """Return the tag of what is cached of one sailing."""
    return f"sailing:{sailing_id}"


def day_tag(origin: str, destination: str, day: object) -> str:
    """Return the tag of what is cached of a direction and local day."""
    # Tags are joined by spaces where they are published, and stop ids may hold some.
    return f"day:{origin.replace(' ', '_')}:{destination.replace(' ', '_')}:{day}"
