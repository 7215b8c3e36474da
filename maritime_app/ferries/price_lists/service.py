"""Look at the price lists, start one, and write one that follows another."""

from uuid import UUID

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.model import Fare
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ferries.price_lists import checks, copies, recounting, store
from maritime_app.ferries.price_lists.model import (
    FollowingList,
    PriceList,
    PriceListRequest,
    RouteFares,
)
from maritime_app.ferries.price_lists.starting import blank_list, check_new, preview_new, start
from maritime_app.ferries.sailings import service as sailings
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

__all__ = [
    "blank_list",
    "changed_meanwhile",
    "check",
    "check_new",
    "preview_new",
    "price_list",
    "route_fares",
    "start",
    "write_following",
]


async def route_fares(res: Resources, acting: ActingStaff) -> RouteFares:
    """Return this person's routes with the lists that their coming sailings are sold by, and the
    lists by which nothing sails.
    """
    async with res.db.acquire() as conn:
        fares = await store.route_fares(conn, acting.operator_id)
        return RouteFares(tuple(fares), tuple(await store.idle_fares(conn, acting.operator_id)))


async def price_list(res: Resources, acting: ActingStaff, fare_id: UUID) -> PriceList:
    """Return a list as it stands; raise NotFound, or Forbidden for another operator's."""
    fare = await sailings.fare(res, fare_id)
    async with res.db.acquire() as conn:
        return await _list(conn, acting, fare)


def check(known: PriceList, asked: PriceListRequest) -> None:
    """Raise Invalid, by field, for what cannot follow that list now."""
    checks.check(known, asked, clock.now())


async def write_following(
    res: Resources, acting: ActingStaff, fare_id: UUID, asked: PriceListRequest
) -> FollowingList:
    """Write a list that follows this one, and sell the sailings of its routes and days by it.

    It holds for whoever is quoted a price from then on, in every process within a minute; what is
    held, booked, or quoted and ordered keeps the list before. Raise Invalid for what cannot be a
    list, Conflict where another one follows it meanwhile.
    """
    fare, new_id = await sailings.fare(res, fare_id), uuid7()
    async with res.db.transaction() as conn:
        await extra_kinds.keep(conn, [extra.kind for extra in asked.extras])
        known = await _list(conn, acting, fare)
        if not await store.raise_revision(conn, fare_id, asked.revision):
            raise changed_meanwhile()
        check(known, asked)
        if not await store.add_following(conn, new_id, fare_id, asked):
            words = _("There is a price list of this name already.")
            raise Invalid(words, {"code": words}, code="price_list")
        sold = await store.sell_by(conn, new_id, fare_id, asked)
        if not sold:
            words = _("Nothing sails on these days that is sold by this price list.")
            raise Invalid(words, {"first": words}, code="price_list")
        ids, days = [one.id for one in sold], [one.day for one in sold]
        await capacity.count_extras_anew(conn, ids)
        await recounting.request(conn, new_id)
        await _audit(conn, acting, known, asked, len(sold))
        await copies.drop(conn, res, ids)
    return FollowingList(new_id, asked.code, len(sold), min(days), max(days))


def changed_meanwhile() -> Conflict:
    """Return the refusal for whoever has seen an earlier state of the list."""
    words = _("Somebody has changed this price list meanwhile. Please look at it again.")
    return Conflict(words, code="changed_meanwhile")


async def _list(conn: Conn, acting: ActingStaff, fare: Fare) -> PriceList:
    row = await store.fare_row(conn, fare.id)
    if row is None:
        raise NotFound(_("There is no such price list."), code="fare")
    if acting.operator_id not in (None, row.operator_id):
        raise Forbidden(_("This price list is another operator's."), code="operator")
    return PriceList(
        fare,
        row.revision,
        row.operator_code,
        row.operator_name,
        row.follows,
        tuple(await store.followers(conn, fare.id)),
        tuple(await store.fare_routes(conn, fare.id)),
        checks.items(await store.cabin_types(conn, row.operator_id), fare),
        await extra_kinds.codes_of(conn, row.operator_id),
    )


async def _audit(
    conn: Conn, acting: ActingStaff, known: PriceList, asked: PriceListRequest, sold: int
) -> None:
    """Write down who wrote it, what is different, and how many sailings are sold by it."""
    subject = ("fare", f"{known.operator_code}:{asked.code}")
    detail = {
        "follows": known.fare.code,
        "routes": asked.routes,
        "first": str(asked.first),
        "last": str(asked.last or ""),
        "sailings": sold,
        "changed": checks.difference(known.fare, asked),
    }
    await accounts.audit(conn, acting.staff_id, "price_list_written", subject, detail)
