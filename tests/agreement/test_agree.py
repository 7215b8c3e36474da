"""Stripe's balance is the ledger is what bookings say, to the cent, after every step of anything
that can happen to a booking.

Hypothesis walks: it draws the steps, a pure model (`model.py`) says what must be true after each.
What `tests/payments/test_any_order.py` tells many bookings at once with everything running, this
tells one step at a time with nothing running by itself. `WALKS=5000 make test ARGS="-k agree"`
walks longer, and elsewhere.
"""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from maritime_app.bookings.reconciliation import service as reconciliation
from tests.agreement.machine import Walk

pytestmark = pytest.mark.demo
WANTED = os.environ.get("WALKS")
PARTS = 4  # which several workers walk
WALKS = int(WANTED or "500") // PARTS
SETTINGS = hypothesis_settings(
    max_examples=WALKS,
    stateful_step_count=8,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # A shorter walk of the same fault takes minutes to find: where more are wanted, so is that.
    phases=(Phase.generate, Phase.shrink) if WANTED else (Phase.generate,),
    report_multiple_bugs=False,
    print_blob=True,
)


@pytest.mark.parametrize("part", range(PARTS))
async def test_it_works(world, part):
    """The walks of a part share a database, each on sailings of its own."""
    walk = type("Walk", (Walk,), {"world": world, "loop": asyncio.get_running_loop()})
    if WANTED is None:  # the same ones every time: a release hangs on the change, not on the draw
        walk = seed(part)(walk)

    await asyncio.to_thread(run_state_machine_as_test, walk, settings=SETTINGS)

    assert world.walked >= WALKS
    assert await world.unexpected_breaches() == []
    await reconciliation.reconcile(world.played)
    assert await world.fetch("select * from difference where settled_at is null") == []
