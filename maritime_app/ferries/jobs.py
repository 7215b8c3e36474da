"""Rolling the timetable forward, predicting arrivals."""

from maritime_app.ferries.demo import seed as demo_seed
from maritime_app.ferries.forecasts import service as forecasts
from maritime_app.ferries.lowest_fares import refreshing as lowest_fares
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.price_lists import recounting
from maritime_app.ferries.timetables.editions import jobs as editions_jobs
from maritime_app.ferries.timetables.updates import jobs as updates_jobs
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def roll_timetable(res: Resources) -> str:
    """Write the demo world's sailings for the days that have come into reach."""
    if not res.settings.demo.enabled:
        return "no demo world"
    return f"{await demo_seed.seed_demo(res)} sailings added"


async def refresh_lowest_fares(res: Resources) -> str:
    """Look up what the coming days cost at least, for the strip of days and the month."""
    return await lowest_fares.refresh(res)


async def refresh_party_fares(res: Resources) -> str:
    """Ask remote operators what parties pay of which somebody has wanted to see a month."""
    return await lowest_fares.refresh_parties(res)


async def check_operators(res: Resources) -> str:
    """Ask each remote operator for something that changes nothing."""
    return ", ".join(await operators.check(res)) or "no remote operators"


async def predict_arrivals(res: Resources) -> str:
    """Predict when ships arrive, and what follows for our own sailings of the day."""
    return await forecasts.predict(res)


TASKS = [
    *editions_jobs.TASKS,
    *updates_jobs.TASKS,
    Task(
        "ferries.check_operators",
        check_operators,
        tries=1,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
        short_name="operators",
    ),
    Task(
        "ferries.roll_timetable",
        roll_timetable,
        tries=3,
        timeout_seconds=120,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "ferries.refresh_lowest_fares",
        refresh_lowest_fares,
        tries=1,  # the next run comes soon enough
        timeout_seconds=240,
        by_hand=NoPayload,
        short_name="lowest_fares",
    ),
    Task(
        "ferries.refresh_party_fares",
        refresh_party_fares,
        tries=1,
        timeout_seconds=120,
        by_hand=NoPayload,
    ),
    Task(
        "ferries.recount_extras",
        recounting.recount_extras,
        tries=5,
        timeout_seconds=60,
    ),
    Task(
        "ferries.predict_arrivals",
        predict_arrivals,
        tries=1,
        timeout_seconds=50,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    *editions_jobs.CRONS,
    *updates_jobs.CRONS,
    Cron("ferries.roll_timetable", every_seconds=6 * 3600),
    Cron("ferries.refresh_lowest_fares", every_seconds=600),
    Cron("ferries.predict_arrivals", every_seconds=60),
]
