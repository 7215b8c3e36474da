"""A price list that follows no other: what it can be made of, what it would do, and writing it."""

from uuid import UUID

from maritime_app import clock, money
from maritime_app.accounts import service as accounts
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.extra_kinds.model import HouseOperator
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ferries.price_lists import checks, copies, store
from maritime_app.ferries.price_lists.model import (
    BlankList,
    NewList,
    NewListRequest,
    StartedList,
)
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_USUAL_CURRENCY = "EUR"


async def blank_list(res: Resources, acting: ActingStaff, operator: str) -> BlankList:
    """Return what a list of that operator can be made of; raise NotFound or Forbidden."""
    async with res.db.acquire() as conn:
        try:
            owner = await extra_kinds.owner(conn, acting, operator)
        except Invalid as refusal:
            raise NotFound(_("There is no such operator."), code="operator") from refusal
        return await _blank(conn, owner)


async def preview_new(res: Resources, acting: ActingStaff, asked: NewListRequest) -> NewList:
    """Return what writing the list would do now; nothing is written.

    Raise Invalid for what cannot be a list.
    """
    async with res.db.acquire() as conn:
        owner = await extra_kinds.owner(conn, acting, asked.operator)
        check_new(await _blank(conn, owner), asked)
        if await store.has_code(conn, owner.id, asked.code):
            raise _named_already()
        sold = await store.unsold_routes(conn, owner.id, asked.routes, asked.first, asked.last)
        return NewList(asked, tuple(sold))


async def start(res: Resources, acting: ActingStaff, asked: NewListRequest) -> StartedList:
    """Write the list, and sell by it the sailings of its routes and days that are not sold.

    Sailings can be planned by it from then on. Raise Invalid for what cannot be a list.
    """
    new_id = uuid7()
    async with res.db.transaction() as conn:
        await extra_kinds.keep(conn, [extra.kind for extra in asked.extras])
        owner = await extra_kinds.owner(conn, acting, asked.operator)
        check_new(await _blank(conn, owner), asked)
        if not await store.add_new(conn, new_id, owner.id, asked):
            raise _named_already()
        sold = [one.id for one in await store.sell_unsold(conn, new_id, owner.id, asked)]
        await capacity.count_extras_anew(conn, sold)
        await _audit(conn, acting, owner, asked, sold)
        await copies.drop(conn, res, sold)
    return StartedList(new_id, asked.code, len(sold))


def check_new(blank: BlankList, asked: NewListRequest) -> None:
    """Raise Invalid, by field, for what cannot be a list of that operator now."""
    wrong = {}
    if asked.currency not in money.currencies():
        wrong["currency"] = _("This is not one of the choices.")
    try:
        checks.check_new(asked, blank.items, blank.extra_kinds, blank.routes, clock.now())
    except Invalid as refusal:
        wrong |= refusal.fields
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code="price_list")


async def _blank(conn: Conn, owner: HouseOperator) -> BlankList:
    return BlankList(
        owner.code,
        owner.name,
        owner.currency or _USUAL_CURRENCY,
        tuple(await store.unsold_routes(conn, owner.id)),
        checks.items(await store.cabin_types(conn, owner.id)),
        await extra_kinds.codes_of(conn, owner.id),
    )


async def _audit(
    conn: Conn, acting: ActingStaff, owner: HouseOperator, asked: NewListRequest, sold: list[UUID]
) -> None:
    """Write down who wrote it, all that it says, and how many sailings are sold by it."""
    subject = ("fare", f"{owner.code}:{asked.code}")
    detail = {
        "currency": asked.currency,
        "routes": asked.routes,
        "first": str(asked.first or ""),
        "last": str(asked.last or ""),
        "sailings": len(sold),
        "says": checks.content(asked),
    }
    await accounts.audit(conn, acting.staff_id, "price_list_started", subject, detail)


def _named_already() -> Invalid:
    words = _("There is a price list of this name already.")
    return Invalid(words, {"code": words}, code="price_list")
