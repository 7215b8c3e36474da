"""What an operator's answer, refusal or silence comes to: one table of all of them, no server."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from maritime_app.bookings.pricing.model import LegDemand, LegRefused
from maritime_app.bookings.pricing.remote_operator import RemoteOperator
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries.model import (
    AgeBands,
    Operator,
    OperatorKind,
    Party,
    PassengerKind,
    Place,
    Sailing,
    SailingStatus,
)
from maritime_app.ferries.operators import model as wire
from maritime_app.ferries.operators.model import (
    OperatorRefused,
    OperatorUnavailable,
    OutcomeUnknown,
)

NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)
KEY = "7WN6N3E3-1"
REFUSED = OperatorRefused("NDL", "SoldOut", "Sold out.")
AWAY = OperatorUnavailable("NDL", "connection refused")
SILENT = OutcomeUnknown("NDL", "the call")
ABOARD = wire.OperatorSailing(
    "S1", "NDL", "NOOSL", "DEKEL", NOW, NOW + timedelta(hours=20), "Nordstern", 9_000_001
)
SAILING = Sailing(
    id=UUID(int=9),
    operator=Operator("NDL", "Nordlinie", OperatorKind.REMOTE),
    origin=Place("NOOSL", "Oslo", "Europe/Oslo"),
    destination=Place("DEKEL", "Kiel", "Europe/Berlin"),
    ferry=None,
    mmsi=None,
    departs_at=NOW,
    arrives_at=NOW + timedelta(hours=20),
    status=SailingStatus.SCHEDULED,
    sales_close_at=NOW,
    fare=None,
    max_height_cm=None,
    max_vehicle_kg=None,
    cars_allowed=None,
    remote_key="S1",
    ages=AgeBands(),
)
DEMAND = LegDemand(1, SAILING, Party(1, 0, 0), (PassengerKind.ADULT,))


class Answering:
    """An operator that gives each call the next of its answers; what it was asked, in order."""

    code = "NDL"

    def __init__(self, **answers: Any) -> None:
        self._answers = {verb: list(given) for verb, given in answers.items()}
        self.asked: list[str] = []

    def __getattr__(self, verb: str) -> Any:
        async def answer(*_given: Any, **_named: Any) -> Any:
            self.asked.append(verb)
            found = self._answers[verb].pop(0)
            if isinstance(found, Exception):
                raise found
            return found

        return answer


def source(**answers: Any) -> tuple[RemoteOperator, Any]:
    there: Any = Answering(**answers)
    resources: Any = SimpleNamespace(db=NoDatabase())  # nothing of ours is looked up here
    return RemoteOperator(resources, there), there


class NoDatabase:
    """It is away: what was asked is not written down, which stops nothing."""

    def acquire(self) -> Any:
        raise Unavailable("The database is away.")


def reservation(status: wire.ReservationStatus = "Reserved") -> wire.OperatorReservation:
    costs = (wire.Cost("Passenger", "Adult", 1, 4300),)
    party = wire.Party(adults=1, children=0, infants=0)
    return wire.OperatorReservation(
        KEY, "NDL-77", status, ABOARD, party, "EUR", 4300, costs, NOW + timedelta(minutes=20)
    )


def offer(sailing: wire.OperatorSailing, costs: tuple[wire.Cost, ...]) -> wire.OperatorOffer:
    return wire.OperatorOffer(
        sailing, True, True, True, True, "EUR", 4300, costs, (), "t", NOW + timedelta(hours=1)
    )


async def test_it_works():
    """Held, at the operator's price and until the operator's time."""
    selling, there = source(hold=[reservation()])

    quote = await selling.hold(DEMAND, KEY)

    assert (quote.price.amount_minor, quote.expires_at) == (4300, NOW + timedelta(minutes=20))
    assert there.asked == ["hold"]


@pytest.mark.parametrize(
    ("answers", "raised"),
    [
        ({"hold": [REFUSED]}, Conflict),
        ({"hold": [AWAY]}, Unavailable),
        ({"hold": [SILENT], "recall": [None]}, Unavailable),
        ({"hold": [SILENT], "recall": [reservation("Expired")]}, Unavailable),
        ({"hold": [SILENT], "recall": [AWAY]}, Unavailable),
        ({"hold": [SILENT], "recall": [reservation()]}, None),
    ],
)
async def test_a_hold_is_recalled_after_silence_and_never_asked_for_twice(answers, raised):
    selling, there = source(**answers)
    if raised:
        with pytest.raises(raised):
            await selling.hold(DEMAND, KEY)
    else:
        assert (await selling.hold(DEMAND, KEY)).price.amount_minor == 4300
    assert there.asked.count("hold") == 1


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"confirm": [reservation("Booked")]}, "NDL-77"),
        ({"confirm": [REFUSED]}, LegRefused),
        ({"confirm": [AWAY]}, Unavailable),
        ({"confirm": [SILENT], "recall": [reservation("Booked")]}, "NDL-77"),
        ({"confirm": [SILENT], "recall": [reservation("Reserved")]}, Unavailable),
        ({"confirm": [SILENT], "recall": [None]}, LegRefused),
        ({"confirm": [SILENT], "recall": [reservation("Refused")]}, LegRefused),
        ({"confirm": [SILENT], "recall": [reservation("Expired")]}, LegRefused),
        ({"confirm": [SILENT], "recall": [reservation("Cancelled")]}, LegRefused),
        ({"confirm": [SILENT], "recall": [AWAY]}, Unavailable),
    ],
)
async def test_only_a_clear_no_ends_a_booking_that_was_paid(answers, outcome):
    selling, _there = source(**answers)
    if isinstance(outcome, str):
        assert await selling.confirm("NDL", KEY) == outcome
        return
    with pytest.raises(outcome):
        await selling.confirm("NDL", KEY)


@pytest.mark.parametrize(
    ("answers", "outcome", "asked"),
    [
        ({"recall": [None]}, False, ["recall"]),
        ({"recall": [reservation("Cancelled")]}, False, ["recall"]),
        ({"recall": [reservation()], "cancel": [None]}, True, ["recall", "cancel"]),
        ({"recall": [reservation()], "cancel": [REFUSED]}, LegRefused, ["recall", "cancel"]),
        ({"recall": [reservation()], "cancel": [SILENT]}, Unavailable, ["recall", "cancel"]),
        ({"recall": [AWAY]}, Unavailable, ["recall"]),
    ],
)
async def test_cancelling_asks_first_what_there_is(answers, outcome, asked):
    selling, there = source(**answers)
    if isinstance(outcome, bool):
        assert await selling.cancel(KEY) is outcome
    else:
        with pytest.raises(outcome):
            await selling.cancel(KEY)
    assert there.asked == asked


async def test_what_is_booked_is_cancelled_at_the_charge_of_now():
    charge = wire.CancelQuote(KEY, "EUR", 500, 3800, NOW)
    selling, there = source(
        recall=[reservation("Booked")], cancel_quote=[charge, charge], cancel=[None]
    )
    assert await selling.cancel(KEY)
    assert there.asked == ["recall", "cancel_quote", "cancel"]


@pytest.mark.parametrize("lost", [REFUSED, AWAY, SILENT])
async def test_a_hold_that_cannot_be_given_back_expires_by_itself(lost):
    selling, there = source(cancel=[lost])
    await selling.release(KEY)
    assert there.asked == ["cancel"]


async def test_the_price_is_that_of_the_sailing_that_was_asked_for():
    """Among others, and among those that are listed and not sold."""
    costs = (wire.Cost("Passenger", "Adult", 1, 4300),)
    elsewhere = structs.replace(ABOARD, code="S0")
    dearer = (wire.Cost("Passenger", "Adult", 1, 9900),)
    offers = (offer(elsewhere, dearer), offer(ABOARD, ()), offer(ABOARD, costs))
    selling, _there = source(offers=[offers])
    assert (await selling.price(DEMAND)).price.amount_minor == 4300


async def test_a_sailing_that_is_offered_no_more_is_sold_out():
    selling, _there = source(offers=[()])
    with pytest.raises(Conflict) as refused:
        await selling.price(DEMAND)
    assert refused.value.code == "sold_out"
