"""The product's own invariants (maritime_app/ops/invariants.py), over all that is stored."""

import asyncio

from maritime_app import domains
from maritime_app.ops import invariants
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file


async def broken(
    environment: dict[str, str], owed_and_said: set[str], undecided_and_said: set[str]
) -> list[str]:
    """Return every exception, but for money whose failed refund staff know what to do about, and
    for lost disputes that staff have been called to decide about.
    """
    meanings = {one.name: one.meaning for one in domains.INVARIANTS}
    known = {
        meanings["owed_money"]: owed_and_said,
        meanings["undecided_disputes"]: undecided_and_said,
    }
    async with (
        asyncio.timeout(30),
        open_resources(settings_file.load(environment), domains.PARTS) as res,
    ):
        breaches = await invariants.broken(res, domains.INVARIANTS, stuck_after_seconds=30)
        return [
            f"{breach.invariant}: {breach.subject}: {breach.detail}"
            for breach in breaches
            if breach.subject not in known.get(breach.invariant, ())
        ]
