"""Take unpaid places from the budgets of caller, contact and sailing; give them back."""

import hashlib
import math

from maritime_app.bookings import store
from maritime_app.bookings.model import BookingRequest
from maritime_app.bookings.unpaid import live_store, model
from maritime_app.bookings.unpaid.batch import BUDGETS
from maritime_app.bookings.unpaid.live_store import budget_key as key
from maritime_app.bookings.unpaid.model import STRANGER, Budget, BudgetRequest, Holder, Trust
from maritime_app.errors import TooMany
from maritime_app.i18n import translate as _
from maritime_app.infra.redis import RedisError
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.resources import Resources
from maritime_app.web.limits.adjusted import ADJUSTED

_MOST_PAYMENTS = 20  # that make a budget grow


async def take(res: Resources, request: BookingRequest, holder: Holder, reference: str) -> None:
    """Take what the booking needs; raise TooMany where too much is held and not paid.

    Nobody is asked how often he has paid until the usual budget does not suffice. While Redis is
    away nothing is counted: then only the limit on requests holds.
    """
    seconds = math.ceil(res.settings.bookings.hold_minutes * 60)
    batcher = res[BUDGETS]
    try:
        budgets = _budgets(res, request, holder)
        if not budgets:
            return
        short = await batcher.take(BudgetRequest(reference, holder.whose, budgets, seconds))
        if short and (trust := await _trust(res, request, holder)) != STRANGER:
            budgets = _budgets(res, request, holder, trust)
            short = await batcher.take(BudgetRequest(reference, holder.whose, budgets, seconds))
    except RedisError:
        tally["unpaid_places_not_counted"] += 1
        return
    if short:
        tally[f"limited_{short.budget.name}"] += 1
        words = _("Many places are held for you already. Please pay for those first, or wait.")
        raise TooMany(short.wait_seconds, words, code="unpaid_places")


async def give_back(res: Resources, reference: str) -> None:
    """Give back what the booking took: it ended without a payment."""
    try:
        await live_store.give_back(res.redis_cache, reference)
    except RedisError:
        return  # it comes back when the hold would have ended


async def settle(res: Resources, reference: str) -> None:
    """Give back what the booking took, and remember that its caller pays."""
    try:
        whose = await live_store.give_back(res.redis_cache, reference)
        if whose is not None:
            await live_store.note_payment(res.redis_cache, whose)
    except RedisError:
        return


async def _trust(res: Resources, request: BookingRequest, holder: Holder) -> Trust:
    async with res.db.acquire() as conn:
        by_contact = await store.paid_bookings_of(conn, request.contact.email, _MOST_PAYMENTS)
    by_caller = await live_store.payments_of(res.redis_cache, holder.whose)
    return Trust(min(_MOST_PAYMENTS, by_caller), by_contact)


def _budgets(
    res: Resources, request: BookingRequest, holder: Holder, trust: Trust = STRANGER
) -> list[Budget]:
    """Return what the booking takes from; a budget of 0 counts nothing.

    Each grows with its own payments only: whoever writes somebody else's address into the form
    does not inherit their trust.
    """
    places = model.places_of(request)
    in_all, caller = places * len(request.legs), key("caller", holder.whose)
    if holder.is_known:
        most = _most(res, "unpaid_per_token")
        return [Budget("unpaid_per_token", caller, in_all, most)] if most else []
    found: list[Budget] = []
    if most := _most(res, "unpaid_per_address"):
        growth = _growth(res, trust.of_caller)
        found.append(Budget("unpaid_per_address", caller, in_all, most, growth))
    if most := _most(res, "unpaid_per_contact"):
        growth = _growth(res, trust.of_contact)
        found.append(Budget("unpaid_per_contact", _contact_key(request), in_all, most, growth))
    if not trust.of_caller and (most := _most(res, "unpaid_per_sailing")):
        found += [
            Budget("unpaid_per_sailing", key("sailing", sailing), places, most)
            for sailing in model.by_sailing(request)
        ]
    return found


def _growth(res: Resources, payments: int) -> int:
    return payments * _most(res, "unpaid_per_payment") if payments else 0


def _contact_key(request: BookingRequest) -> str:
    email = request.contact.email.casefold().encode()
    return key("contact", hashlib.sha256(email).hexdigest()[:32])


def _most(res: Resources, name: str) -> int:
    """Return a budget as staff have set it, else as the settings say."""
    changed = res[ADJUSTED].of(name)
    most: int = changed.at_once if changed else getattr(res.settings.bookings, name)
    return most
