"""Read the lowest prices of days, and keep them fresh: our own by one statement, those of remote
operators by a few questions at a time, the stalest first.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from maritime_app import clock
from maritime_app.ferries.lowest_fares import store
from maritime_app.ferries.lowest_fares.model import LowestFare, PricedWay, by_day
from maritime_app.ferries.lowest_fares.store import FareQuestion
from maritime_app.ferries.model import Party
from maritime_app.ferries.operators import model as wire, service as operators
from maritime_app.infra.telemetry import log
from maritime_app.money import Money
from maritime_app.resources import Resources

logger = log.get(__name__)

_HOUSE_DAYS = 95  # three months of the calendar
_REMOTE_DAYS = 35
_QUESTIONS = 60  # of one operator in one run: it has travellers to answer, too
_AT_ONCE = 3
_STALE_HOURS = 6
_ONE_ADULT = Party(1, 0, 0)


async def lowest_fares(
    res: Resources, origin: str, destination: str, first: date, last: date
) -> list[LowestFare]:
    """Return the lowest price of each of these days of which something is known."""
    async with res.reads.acquire() as conn:
        return by_day(await store.fares(conn, origin, destination, first, last))


async def priced_ways(res: Resources, limit: int) -> list[PricedWay]:
    """Return between which ports there is a price for some coming day, by their codes."""
    async with res.reads.acquire() as conn:
        return await store.priced_ways(conn, clock.now().date(), limit)


async def refresh(res: Resources) -> str:
    """Look the prices of the coming days up; return what was done."""
    today = clock.now().date()
    close_minutes = res.settings.sailings.sales_close_minutes
    async with res.db.transaction() as conn:
        last = today + timedelta(days=_HOUSE_DAYS)
        # Somewhere it is still yesterday.
        written = await store.refresh_house(conn, today - timedelta(days=1), last, close_minutes)
        await store.drop_stale_house(conn)
        await store.drop_past(conn, today - timedelta(days=1))
    asked = await asyncio.gather(
        *(_refresh_remote(res, code, today) for code in operators.of(res).operators)
    )
    return f"{written} days of our own, {sum(asked)} asked of operators"


async def _refresh_remote(res: Resources, operator: str, today: date) -> int:
    """Ask one operator what is stalest; return how many answers came. It is left alone for this
    run as soon as it cannot be asked.
    """
    stale_before = clock.now() - timedelta(hours=_STALE_HOURS)
    async with res.db.acquire() as conn:
        questions = await store.stalest_questions(
            conn, operator, today, _REMOTE_DAYS, stale_before, _QUESTIONS
        )
    answered = 0
    for number in range(0, len(questions), _AT_ONCE):
        some = questions[number : number + _AT_ONCE]
        answers = await asyncio.gather(*(_ask(res, operator, each) for each in some))
        answered += sum(answers)
        if not all(answers):
            break
    return answered


async def _ask(res: Resources, operator: str, asked: FareQuestion) -> bool:
    """Ask for one day and write the answer; return whether there was one."""
    try:
        offers = (
            await operators.of(res)
            .gateway(operator)
            .offers(
                asked.from_code,
                asked.to_code,
                asked.day.isoformat(),
                operators.wire_party(_ONE_ADULT),
            )
        )
    except wire.OperatorUnavailable:
        return False
    except wire.OperatorRefused as refused:
        if refused.code not in wire.NOT_SERVED:
            logger.warning("operator_refuses_search", operator=operator, code=refused.code)
            return False
        offers = ()
    price, sailings = _lowest(offers)
    async with res.db.transaction() as conn:
        await store.set_remote(conn, operator, asked, price, sailings)
    return True


def _lowest(offers: Sequence[wire.OperatorOffer]) -> tuple[Money | None, int]:
    prices = [Money(each.total_minor, each.currency) for each in offers if each.is_available]
    return min(prices, key=lambda price: price.amount_minor, default=None), len(prices)
