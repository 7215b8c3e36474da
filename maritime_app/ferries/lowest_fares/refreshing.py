"""Keep the prices of coming days fresh: our own by one statement, those of remote operators by a
few questions at a time, the stalest first.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from maritime_app import clock
from maritime_app.ferries.lowest_fares import store
from maritime_app.ferries.lowest_fares.model import ONE_ADULT
from maritime_app.ferries.lowest_fares.service import ask_for_parties
from maritime_app.ferries.lowest_fares.store import FareQuestion, PartyQuestion
from maritime_app.ferries.model import Party
from maritime_app.ferries.operators import model as wire, pricing, service as operators
from maritime_app.ferries.operators.pricing import PricedOffer
from maritime_app.infra.telemetry import log
from maritime_app.money import Money
from maritime_app.resources import Resources

logger = log.get(__name__)

_HOUSE_DAYS = 95  # three months of the calendar
_REMOTE_DAYS = 35
_QUESTIONS = 60  # of one operator in one run: it has travellers to answer, too
_PARTY_QUESTIONS = 70  # a month of two parties
_AT_ONCE = 3
_STALE_HOURS = 6
_UNWANTED_HOURS = 24
Question = FareQuestion | PartyQuestion


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
        await store.drop_unwanted(conn, _UNWANTED_HOURS)
    asked = await asyncio.gather(*(_refresh_remote(res, code, today) for code in _codes(res)))
    for_parties = await refresh_parties(res)
    return f"{written} days of our own, {sum(asked)} asked of operators, {for_parties}"


async def refresh_parties(res: Resources) -> str:
    """Ask remote operators what parties pay of which somebody wanted to see a month.

    Where one of them was asked all that a run may ask, there may be more: the next run follows.
    """
    today = clock.now().date()
    asked = await asyncio.gather(*(_refresh_parties(res, code, today) for code in _codes(res)))
    if max(asked, default=0) >= _PARTY_QUESTIONS:
        async with res.db.transaction() as conn:
            await ask_for_parties(conn, now=False)
    return f"{sum(asked)} for parties"


def _codes(res: Resources) -> list[str]:
    return list(operators.of(res).operators)


async def _refresh_remote(res: Resources, operator: str, today: date) -> int:
    stale_before = clock.now() - timedelta(hours=_STALE_HOURS)
    async with res.db.acquire() as conn:
        questions = await store.stalest_questions(
            conn, operator, today, _REMOTE_DAYS, stale_before, _QUESTIONS
        )
    return await _ask_all(res, operator, questions)


async def _refresh_parties(res: Resources, operator: str, today: date) -> int:
    stale_before = clock.now() - timedelta(hours=_STALE_HOURS)
    async with res.db.acquire() as conn:
        questions = await store.stalest_party_questions(
            conn, operator, today, _REMOTE_DAYS, stale_before, _PARTY_QUESTIONS
        )
    return await _ask_all(res, operator, questions)


async def _ask_all(res: Resources, operator: str, questions: Sequence[Question]) -> int:
    """Ask one operator; return how many answers came. It is left alone for this run as soon as it
    cannot be asked.
    """
    answered = 0
    for number in range(0, len(questions), _AT_ONCE):
        some = questions[number : number + _AT_ONCE]
        answers = await asyncio.gather(*(_ask(res, operator, each) for each in some))
        answered += sum(answers)
        if not all(answers):
            break
    return answered


async def _ask(res: Resources, operator: str, asked: Question) -> bool:
    """Ask for one day and write the answer; return whether there was one."""
    party = asked.people if isinstance(asked, PartyQuestion) else ONE_ADULT
    offers = await _offers(res, operator, asked, party)
    if offers is None:
        return False
    price, sailings = _lowest(offers, party)
    async with res.db.transaction() as conn:
        if isinstance(asked, PartyQuestion) and asked.party != ONE_ADULT.key:
            await store.set_party(conn, operator, asked, price, sailings)
        else:
            await store.set_remote(conn, operator, asked, price, sailings)
    return True


async def _offers(
    res: Resources, operator: str, asked: Question, party: Party
) -> Sequence[PricedOffer] | None:
    """Return what the operator offers; None when it cannot be asked."""
    gateway = operators.of(res).gateway(operator)
    way = (asked.from_code, asked.to_code, asked.day.isoformat())
    try:
        return await pricing.offers(lambda of: gateway.offers(*way, of), party)
    except wire.OperatorUnavailable:
        return None
    except wire.OperatorRefused as refused:
        if refused.code in wire.NOT_SERVED:
            return ()
        logger.warning("operator_refuses_search", operator=operator, code=refused.code)
        return None


def _lowest(offers: Sequence[PricedOffer], party: Party) -> tuple[Money | None, int]:
    """Return the lowest price and of how many sailings; where beds are wished for, of a ship that
    sells none only if no other has them.
    """
    fit = [
        each
        for each in offers
        if each.may_go
        and each.cabins is not None
        and each.offer.is_available
        and (each.offer.is_vehicle_available or not party.vehicles)
    ]
    if party.berths:
        fit = [each for each in fit if each.cabins] or fit
    prices = [each.price for each in fit]
    return min(prices, key=lambda price: price.amount_minor, default=None), len(prices)
