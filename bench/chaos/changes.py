"""Passengers who change a paid booking: somebody more, somebody less, or another sailing.

They ask what it costs, say yes to exactly that, and pay the difference where there is one.
"""

import random
from typing import Any

from yarl import URL

from bench.chaos.api import GOOD_CARD, Calls
from bench.chaos.promises import Promise

_PAYS_SHARE = 0.85
_MOST_PEOPLE = 20  # that a booking takes


async def change(calls: Calls, dice: random.Random, promise: Promise, caller: str) -> None:
    """Change it once; the promise then knows what the booking may cost."""
    path, proof = f"/api/v1/bookings/{promise.reference}", {"token": promise.token}
    shown = await calls.insist("show", "GET", path, caller, params=proof)
    if shown.status != 200 or shown.body["status"] != "confirmed":
        return
    wish = _wish(dice, shown.body, promise.others)
    quote = await calls.insist(
        "change quote", "POST", f"{path}/change-quote", caller, json=proof | {"change": wish}
    )
    promise.note(f"change quote {quote.status}")
    if quote.status != 200:
        return
    before, after = (quote.body[total]["amount_minor"] for total in ("total_before", "total"))
    difference_minor = quote.body["difference"]["amount_minor"]
    promise.totals = {before, after}
    order = proof | {"change": wish, "difference_minor": difference_minor}
    key = {"Idempotency-Key": f"{promise.key}-change"}
    answer = await calls.insist("change", "POST", f"{path}/change", caller, json=order, headers=key)
    promise.note(f"change for {difference_minor}: {answer.status}")
    if answer.status == 200 and answer.body["change"] is None:
        promise.totals = {after}
    elif answer.status == 200 and dice.random() < _PAYS_SHARE:
        await _pay(calls, promise, answer.body["change"]["checkout_url"], caller)


def _wish(dice: random.Random, shown: dict[str, Any], others: list[str]) -> dict[str, Any]:
    people = [
        {name: person[name] for name in ("number", "given_name", "family_name")}
        for person in shown["passengers"]
    ]
    if others and dice.random() < 0.4:
        number = shown["legs"][0]["number"]
        return {"legs": [{"number": number, "sailing_id": dice.choice(others)}]}
    if len(people) == _MOST_PEOPLE or (len(people) > 1 and dice.random() < 0.5):
        return {"passengers": people[:-1]}
    somebody = {"given_name": "Zoe", "family_name": people[0]["family_name"]}
    return {"passengers": [*people, somebody]}


async def _pay(calls: Calls, promise: Promise, checkout_url: str | None, caller: str) -> None:
    """Pay the difference once; without an answer the books tell what came of it."""
    if checkout_url is None:
        return
    path = str(URL(checkout_url).relative())
    there = await calls.insist("checkout", "GET", path, caller, allow_redirects=False)
    if there.location:
        paid = await calls.pay(there.location, GOOD_CARD)
        promise.note(f"difference paid {paid.status}")
