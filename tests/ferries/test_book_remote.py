"""What a remote operator sails gets a row of ours when somebody books it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.errors import NotFound
from maritime_app.ferries.model import Operator, OperatorKind
from maritime_app.ferries.operators.model import OperatorSailing
from maritime_app.ferries.sailings import service as sailings
from tests.factories import a_sailing

NORDLICHT = Operator("NDL", "Nordlicht Line", OperatorKind.REMOTE)
DEPARTS = datetime(2026, 12, 24, 14, 0, tzinfo=UTC)


def sailing(code="NDL-OSL-KEL-1", destination="DEKEL", departs_at=DEPARTS):
    """A sailing as the operator tells of it."""
    arrives_at = departs_at + timedelta(hours=20)
    return OperatorSailing(
        code, "NDL", "NOOSL", destination, departs_at, arrives_at, "Polarlicht", 9991226
    )


async def test_it_works(resources):
    await a_sailing(resources.db)

    first = await sailings.remote_sailing(resources, NORDLICHT, sailing())
    later = sailing(departs_at=DEPARTS + timedelta(minutes=15))
    again = await sailings.remote_sailing(resources, NORDLICHT, later)

    assert first.departs_at == DEPARTS
    assert first.id == again.id
    async with resources.db.acquire() as conn:
        kept = await conn.fetchval("select departs_at from sailing where id = $1", first.id)
    assert kept == later.depart_at


@pytest.mark.parametrize("code", ["NDL", "THA", "AEG", "ION", "TYR", "LIG"])
async def test_who_book_at_once_share_its_row_and_its_route(resources, code):
    """Of an operator that nobody has booked before."""
    await a_sailing(resources.db)
    operator = Operator(code, f"{code} Line", OperatorKind.REMOTE)
    wanted = [sailing(f"{code}-OSL-KEL-{number % 3}") for number in range(24)]

    found = await asyncio.gather(
        *(sailings.remote_sailing(resources, operator, one) for one in wanted)
    )

    assert len({one.id for one in found}) == 3
    async with resources.db.acquire() as conn:
        routes = "select count(*) from route where source = $1"
        assert await conn.fetchval(routes, f"remote:{code}") == 1


async def test_a_port_that_we_do_not_know_is_refused(resources):
    await a_sailing(resources.db)

    with pytest.raises(NotFound):
        await sailings.remote_sailing(resources, NORDLICHT, sailing(destination="ZZNIL"))
