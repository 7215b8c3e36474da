"""Remote operators, asked through the gateway that the product uses."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from maritime_app.ferries.operators.gateway import HttpOperatorGateway
from maritime_app.ferries.operators.model import (
    KeyRefused,
    OperatorRefused,
    OperatorUnavailable,
    OutcomeUnknown,
    Party,
    VehicleSize,
)
from maritime_app.infra.upstreams.breaker import Breaker, BreakerState
from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.model import DEFAULT_OPERATOR_KEY
from maritime_app.settings.model import RemoteOperator

DAY = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
FAMILY = Party(
    adults=2, children=1, vehicles=(VehicleSize("car", 450, 170, 1800),), cabins={"inside4": 1}
)


def gateway(http, sandbox, code="NDL", deadline_seconds=2.0, key=DEFAULT_OPERATOR_KEY):
    operator = RemoteOperator(code, code, sandbox.operator_url(code), key, deadline_seconds)
    return HttpOperatorGateway(
        operator, http, Breaker(f"test {code}", failures_to_open=3, open_seconds=60)
    )


@pytest.fixture
def ndl(http, sandbox):
    return gateway(http, sandbox)


async def kiel_gothenburg(ndl, party=FAMILY):
    (offer,) = await ndl.offers("DEKEL", "SEGOT", DAY, party)
    return offer


async def test_it_works(ndl):
    offer = await kiel_gothenburg(ndl)
    assert offer.is_available
    assert offer.sailing.operator_code == "NDL"
    assert offer.total_minor == sum(cost.amount_minor for cost in offer.costs)
    assert {cost.category for cost in offer.costs} == {
        "Passenger",
        "Vehicle",
        "OnBoardAccommodation",
        "PortTaxes",
    }
    before = await ndl.availability(offer.sailing.code)

    held = await ndl.hold("W7XN4QTR", offer.sailing.code, FAMILY, offer.token)
    assert (held.status, held.total_minor) == ("Reserved", offer.total_minor)
    after = await ndl.availability(offer.sailing.code)
    assert before.left("passenger") - after.left("passenger") == 3
    assert before.left("lane_cm") - after.left("lane_cm") == 450
    assert before.left("cabin:inside4") - after.left("cabin:inside4") == 1

    booked = await ndl.confirm("W7XN4QTR")
    assert booked.status == "Booked"
    assert booked.operator_reference.startswith("NDL-")
    quote = await ndl.cancel_quote("W7XN4QTR")
    assert quote.charge_minor + quote.refund_minor == booked.total_minor
    cancelled = await ndl.cancel("W7XN4QTR", quote.charge_minor)
    assert cancelled.status == "Cancelled"
    assert (await ndl.availability(offer.sailing.code)) == before


async def test_every_step_may_be_repeated(ndl):
    offer = await kiel_gothenburg(ndl)
    held = [await ndl.hold("R2", offer.sailing.code, FAMILY) for _ in range(2)]
    assert held[0] == held[1]
    booked = [await ndl.confirm("R2") for _ in range(2)]
    assert booked[0] == booked[1] == await ndl.recall("R2")
    assert (await ndl.hold("R2", offer.sailing.code, FAMILY)).status == "Booked"
    charge = (await ndl.cancel_quote("R2")).charge_minor
    gone = [await ndl.cancel("R2", charge) for _ in range(2)]
    assert gone[0] == gone[1]
    assert await ndl.recall("never heard of") is None


async def test_a_reference_stands_for_one_thing(ndl):
    offer = await kiel_gothenburg(ndl)
    await ndl.hold("R3", offer.sailing.code, FAMILY)
    with pytest.raises(OperatorRefused) as refused:
        await ndl.hold("R3", offer.sailing.code, Party(adults=1))
    assert refused.value.code == "ReferenceUsed"


async def test_a_changed_charge_stops_the_cancellation(ndl):
    offer = await kiel_gothenburg(ndl)
    await ndl.hold("R4", offer.sailing.code, FAMILY)
    await ndl.confirm("R4")
    quote = await ndl.cancel_quote("R4")
    with pytest.raises(OperatorRefused) as refused:
        await ndl.cancel("R4", quote.charge_minor + 1)
    assert refused.value.code == "ChargeChanged"
    recalled = await ndl.recall("R4")
    assert recalled is not None
    assert recalled.status == "Booked"


async def test_a_price_token_is_only_good_for_what_it_was_made_for(ndl):
    offer = await kiel_gothenburg(ndl)
    for token in ("0.1.x", offer.token[:-1] + "?", "junk"):
        with pytest.raises(OperatorRefused) as refused:
            await ndl.hold("R5", offer.sailing.code, FAMILY, token)
        assert refused.value.code == "PriceExpired"


async def test_what_is_not_carried(ndl):
    truck = Party(vehicles=(VehicleSize("van", 700, 600, 9000),))
    assert not (await kiel_gothenburg(ndl, truck)).is_available
    sailing = (await kiel_gothenburg(ndl)).sailing.code
    for party, code in (
        (truck, "NotCarried"),
        (Party(cabins={"palace": 1}), "NotCarried"),
        (Party(adults=0), "Malformed"),
    ):
        with pytest.raises(OperatorRefused) as refused:
            await ndl.hold("R6", sailing, party)
        assert refused.value.code == code
    with pytest.raises(OperatorRefused) as refused:
        await ndl.availability("NDL-KEL-GOT-20261399-1845")
    assert refused.value.code == "UnknownSailing"


async def test_nothing_is_sold_twice_there_either(ndl, switch):
    await switch({"operators": {"NDL": {"presold_percent": 0}}})
    sailing = (await kiel_gothenburg(ndl)).sailing.code
    party = Party(adults=40)
    free = (await ndl.availability(sailing)).left("passenger")

    async def hold(number):
        try:
            await ndl.hold(f"G{number}", sailing, party)
        except OperatorRefused as refused:
            return refused.code
        return "held"

    outcomes = await asyncio.gather(*(hold(number) for number in range(50)))
    assert outcomes.count("held") == free // 40
    assert set(outcomes) == {"held", "SailingFull"}
    assert (await ndl.availability(sailing)).left("passenger") == free % 40


async def test_holds_run_out(ndl, switch):
    await switch({"operators": {"NDL": {"hold_minutes": 0}}})
    sailing = (await kiel_gothenburg(ndl)).sailing.code
    free = (await ndl.availability(sailing)).left("passenger")
    await ndl.hold("R7", sailing, FAMILY)
    assert (await ndl.availability(sailing)).left("passenger") == free
    recalled = await ndl.recall("R7")
    assert recalled is not None
    assert recalled.status == "Expired"
    with pytest.raises(OperatorRefused) as refused:
        await ndl.confirm("R7")
    assert refused.value.code == "ReservationExpired"


async def test_a_refused_confirmation_frees_the_places_for_good(ndl, switch):
    sailing = (await kiel_gothenburg(ndl)).sailing.code
    free = (await ndl.availability(sailing)).left("passenger")
    await ndl.hold("R8", sailing, FAMILY)
    await switch({"operators": {"NDL": {"refuse_rate": 1.0}}})
    with pytest.raises(OperatorRefused) as refused:
        await ndl.confirm("R8")
    assert refused.value.code == "ReservationRefused"
    await switch({"operators": {"NDL": {"refuse_rate": 0}}})
    with pytest.raises(OperatorRefused):
        await ndl.confirm("R8")
    assert (await ndl.availability(sailing)).left("passenger") == free


async def test_done_but_no_answer(http, sandbox, switch):
    ndl = gateway(http, sandbox, deadline_seconds=0.5)
    sailing = (await kiel_gothenburg(ndl)).sailing.code
    await switch({"operators": {"NDL": {"timeout_rate": 1.0, "timeout_seconds": 1}}})
    with pytest.raises(OutcomeUnknown):
        await ndl.hold("R9", sailing, FAMILY)
    await switch({"operators": {"NDL": {"timeout_rate": 0}}})
    recalled = await ndl.recall("R9")
    assert recalled is not None
    assert recalled.status == "Reserved"


async def test_a_dead_operator_is_left_alone(http, sandbox, switch):
    ndl, tha = gateway(http, sandbox), gateway(http, sandbox, "THA")
    await switch({"operators": {"NDL": {"down": True}}})
    for _ in range(3):
        with pytest.raises(OperatorUnavailable):
            await ndl.recall("R10")
    assert ndl.breaker.state is BreakerState.OPEN
    await switch({"operators": {"NDL": {"down": False}}})
    with pytest.raises(OperatorUnavailable) as left_alone:
        await ndl.recall("R10")
    assert left_alone.value.retry_after_seconds is not None
    assert await tha.recall("R10") is None


async def test_a_slow_operator_meets_the_deadline(http, sandbox, switch):
    ndl = gateway(http, sandbox, deadline_seconds=0.2)
    await switch({"operators": {"NDL": {"slow_seconds": 3}}})
    with pytest.raises(OperatorUnavailable, match=r"no answer within 0\.2 s"):
        await ndl.offers("DEKEL", "SEGOT", DAY, FAMILY)


async def test_a_breaker_learns_from_a_shortened_deadline(http, sandbox, switch):
    ndl = gateway(http, sandbox, deadline_seconds=30)
    await switch({"operators": {"NDL": {"slow_seconds": 3}}})
    for _ in range(3):
        with pytest.raises(OperatorUnavailable):
            await ndl.offers("DEKEL", "SEGOT", DAY, FAMILY, within_seconds=0.1)
    assert ndl.breaker.state is BreakerState.OPEN


async def test_nobody_home(http, sandbox):
    operator = RemoteOperator("NDL", "NDL", "http://127.0.0.1:9", "", 2.0)
    with pytest.raises(OperatorUnavailable, match="cannot be reached"):
        await HttpOperatorGateway(operator, http, Breaker("nobody")).recall("R11")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"reference": "\xe9"}', b"[" * 50_000, b'{"reference": 1}', b"NaN"]
)
async def test_what_cannot_be_read_may_have_been_done(http, body):
    """Whatever the bytes are: the operator is asked by our reference, nothing is repeated."""

    async def answered(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answered)
    async with TestServer(app) as server:
        operator = RemoteOperator("NDL", "NDL", str(server.make_url("")), "", 2.0)
        ndl = HttpOperatorGateway(operator, http, Breaker("odd", failures_to_open=9))
        with pytest.raises(OutcomeUnknown):
            await ndl.hold("R14", "S", FAMILY)
        with pytest.raises(OperatorUnavailable):
            await ndl.recall("R14")


async def test_a_wrong_key_is_refused(http, sandbox):
    with pytest.raises(KeyRefused, match="our key is refused"):
        await gateway(http, sandbox, key="wrong").recall("R12")


async def test_a_restart_keeps_the_books(config, http):
    async with serving_sandbox(config) as first:
        ndl = gateway(http, first)
        sailing = (await kiel_gothenburg(ndl)).sailing.code
        await ndl.hold("R13", sailing, FAMILY)
        booked = await ndl.confirm("R13")
        left = await ndl.availability(sailing)
    async with serving_sandbox(config) as second:
        ndl = gateway(http, second)
        assert await ndl.recall("R13") == booked
        assert await ndl.availability(sailing) == left
