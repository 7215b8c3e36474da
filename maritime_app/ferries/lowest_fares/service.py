"""Read the lowest prices of days for a party, and remember for whom they were wanted."""

from contextlib import suppress
from datetime import date

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.ferries import residents
from maritime_app.ferries.lowest_fares import store
from maritime_app.ferries.lowest_fares.house_prices import house_prices
from maritime_app.ferries.lowest_fares.model import ONE_ADULT, LowestFare, PricedWay, Way, by_day
from maritime_app.ferries.model import Party
from maritime_app.ferries.sailings import store as sailings_store
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_MOST_PARTY_WAYS = 300  # at 35 days each an operator is asked for them once a day
# A run asks each operator 70 questions at most: 3.5 a second, whoever wants to know what.
_RUN_SECONDS = 20


async def lowest_fares(
    res: Resources, way: Way, first: date, last: date, party: Party = ONE_ADULT
) -> list[LowestFare]:
    """Return the lowest price of each of these days of which something is known.

    Our own sailings are priced as they are now; nobody outside is asked.
    """
    close_minutes = res.settings.sailings.sales_close_minutes
    async with res.reads.acquire() as conn:
        boats = await store.house_boats(conn, way, first, last, close_minutes)
        fares = await sailings_store.fares(conn, (boat.fare_id for boat in boats))
        stored = await store.remote_fares(conn, way, first, last, residents.elsewhere(party))
        remote = await store.remote_operators(conn, way)
    return by_day([*house_prices(boats, fares, party, clock.now()), *stored], remote)


async def prices_of_way(res: Resources, way: Way) -> list[LowestFare]:
    """Return what one adult pays at least on each coming day, as a task last looked it up."""
    async with res.reads.acquire() as conn:
        return by_day(await store.prices_of_way(conn, way, clock.now().date()))


async def priced_ways(res: Resources, limit: int) -> list[PricedWay]:
    """Return between which ports there is a price for some coming day, by their codes."""
    async with res.reads.acquire() as conn:
        return await store.priced_ways(conn, clock.now().date(), limit)


async def want(res: Resources, way: Way, party: Party) -> None:
    """Have remote operators asked what the party pays, by a task and as long as somebody looks.

    One adult on foot is asked for anyway, on all ways in turn; on one that somebody looks at, now.
    Where nothing can be written this is left undone: whoever looks again wants it again.
    """
    with suppress(Unavailable):
        await _want(res, way, residents.elsewhere(party))


async def _want(res: Resources, way: Way, party: Party) -> None:
    async with res.db.transaction() as conn:
        if not await store.want(conn, way, party, _MOST_PARTY_WAYS):
            return
        await ask_for_parties(conn)


async def ask_for_parties(conn: Conn, *, now: bool = True) -> None:
    """Have operators asked for what is wanted: at once, unless that was done in these seconds, and
    in the next ones what this run leaves. Anybody can want something: the pace is ours.
    """
    slot, elapsed = divmod(clock.now().timestamp(), _RUN_SECONDS)
    task = "ferries.refresh_party_fares"
    if now:
        await enqueue(conn, task, unique_key=f"party_fares:{slot:.0f}")
    delay_seconds = _RUN_SECONDS - elapsed
    await enqueue(conn, task, unique_key=f"party_fares:{slot + 1:.0f}", delay_seconds=delay_seconds)
