"""What is searched for: one route with several sailings a day, over days and party sizes."""

import asyncio

import aiohttp

from bench.stage import Measured, Stage

_BUSIEST = """
select o.code as origin, d.code as destination, to_char(day, 'YYYY-MM-DD') as day
from (
    select origin_id, destination_id from sailing
    where fare_id is not null and departs_at > now() group by 1, 2 order by count(*) desc limit 1
) r
join port o on o.id = r.origin_id join port d on d.id = r.destination_id
cross join generate_series(
    now() + interval '3 days', now() + interval '62 days', interval '1 day'
) as day
"""
_PARTIES = ("1", "2", "3", "4")


async def paths(stage: Stage, page: str) -> list[str]:
    """240 addresses, there and back with a car."""
    async with stage.resources() as res, res.db.acquire() as conn:
        rows = await conn.fetch(_BUSIEST)
    return [
        f"{page}?from={row['origin']}&to={row['destination']}&date={row['day']}&return_date={row['day']}"
        f"&adults={adults}&vehicles=1"
        for row in rows
        for adults in _PARTIES
    ]


async def answers(stage: Stage, measured: Measured, asked: list[str]) -> list[bytes]:
    """Ask each once (as different people) so that it is cached; the bodies."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{measured.port}") as http:
        slots = asyncio.Semaphore(8)

        async def one(number: int, path: str) -> bytes:
            async with (
                slots,
                http.get(
                    path, headers={"X-Forwarded-For": f"10.9.{number // 250}.{number % 250}"}
                ) as got,
            ):
                got.raise_for_status()
                return await got.read()

        return list(await asyncio.gather(*(one(number, path) for number, path in enumerate(asked))))
