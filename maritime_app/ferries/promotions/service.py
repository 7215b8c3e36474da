"""Look at promo codes, make one, end one."""

from collections.abc import Iterator
from uuid import UUID

from maritime_app.accounts import service as accounts
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.extra_kinds import service as operators
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ferries.promotions import store
from maritime_app.ferries.promotions.model import Promotion, PromotionRequest, folded
from maritime_app.ferries.promotions.store import add_uses, by_code, by_id, count_use
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

__all__ = ["add_uses", "by_code", "by_id", "count_use", "end", "make", "promotions"]


async def promotions(res: Resources, acting: ActingStaff) -> list[Promotion]:
    """Return the codes of this person's operators, those in use first."""
    async with res.db.acquire() as conn:
        return await store.promotions(conn, acting.operator_id)


async def make(res: Resources, acting: ActingStaff, asked: PromotionRequest) -> Promotion:
    """Write a code; it can be used at once, or from its first instant on.

    Raise Invalid, by field, for what cannot be one, Forbidden for another operator's.
    """
    new_id, code = uuid7(), folded(asked.code)
    async with res.db.transaction() as conn:
        whose = await operators.owner(conn, acting, asked.operator)
        wrong = dict(_wrong(asked)) | await _wrong_ports(conn, asked)
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong, code="promotion")
        if not await store.add(conn, new_id, whose.id, acting.staff_id, asked):
            words = _("There is a promo code that reads so already.")
            raise Invalid(words, {"code": words}, code="promotion")
        detail = {"code": code, "operator": whose.code}
        await accounts.audit(
            conn, acting.staff_id, "promotion_made", ("promotion", str(new_id)), detail
        )
        made = await by_id(conn, new_id)
    assert made is not None
    return made


async def end(res: Resources, acting: ActingStaff, promotion_id: UUID) -> Promotion:
    """End a code: nobody uses it any more, and what was booked with it stays.

    Raise NotFound for none of this person's that is in use.
    """
    async with res.db.transaction() as conn:
        code = await store.end(conn, promotion_id, acting.operator_id)
        ended = await by_id(conn, promotion_id) if code else None
        if ended is None:
            raise NotFound(_("There is no such promo code in use."), code="promotion")
        detail = {"code": ended.code, "operator": ended.operator_code}
        await accounts.audit(
            conn, acting.staff_id, "promotion_ended", ("promotion", str(promotion_id)), detail
        )
    return ended


def _wrong(asked: PromotionRequest) -> Iterator[tuple[str, str]]:
    if (asked.percent is None) == (asked.amount_minor is None):
        yield "percent", _("Please say a percentage or an amount, one of both.")
    elif asked.amount_minor is not None and asked.currency is None:
        yield "currency", _("This is required.")
    elif asked.percent is not None and asked.currency is not None:
        yield "currency", _("A percentage has no currency.")
    for name in ("sold_from", "sold_until"):
        instant = getattr(asked, name)
        if instant is not None and instant.tzinfo is None:
            yield name, _("Please say the time with its offset from UTC.")
            return
    if asked.sold_from and asked.sold_until and asked.sold_from >= asked.sold_until:
        yield "sold_until", _("The end is before the beginning.")
    if asked.travel_first and asked.travel_last and asked.travel_first > asked.travel_last:
        yield "travel_last", _("The last day is before the first.")


async def _wrong_ports(conn: Conn, asked: PromotionRequest) -> dict[str, str]:
    named = {"origin": asked.origin, "destination": asked.destination}
    lost = await store.unknown_ports(conn, filter(None, named.values()))
    return {name: _("There is no such port.") for name, code in named.items() if code in lost}
