"""The product's own invariants (maritime_app/ops/invariants.py), over all that is stored."""

import asyncio

from maritime_app import domains, settings as settings_file
from maritime_app.ops import invariants
from maritime_app.resources import open_resources


async def broken(environment: dict[str, str], owed_and_said: set[str]) -> list[str]:
    """Return every exception, but for money whose failed refund staff know what to do about."""
    (owed_money,) = (one.meaning for one in domains.INVARIANTS if one.name == "owed_money")
    async with (
        asyncio.timeout(30),
        open_resources(settings_file.load(environment), domains.PARTS) as res,
    ):
        breaches = await invariants.broken(res, domains.INVARIANTS, stuck_after_seconds=30)
        return [
            f"{breach.invariant}: {breach.subject}: {breach.detail}"
            for breach in breaches
            if not (breach.invariant == owed_money and breach.subject in owed_and_said)
        ]
