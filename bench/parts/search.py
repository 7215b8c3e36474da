"""A cached search as JSON: from the process, and from Redis, beside a bare handler and FastAPI."""

from contextlib import AsyncExitStack
from urllib.parse import parse_qs, urlsplit

import redis.asyncio as redis_py

from bench.parts import questions
from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Measured, Stage, peers_missing

_FASTAPI_DB = 3


async def measure(stage: Stage) -> Report:
    """Every side answers the same questions; the bare handler the bytes of one of the answers."""
    report = Report("search", "GET /api/v1/ferries/search, answered from cache, 32 connections")
    paths = await questions.paths(stage, "/api/v1/ferries/search")
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(stage.ours())
        # One answer fits into this one's own memory, so every question goes to Redis.
        forgetful = await stack.enter_async_context(stage.ours(MARITIME_SEARCH_LOCAL_ENTRIES="1"))
        bodies = await questions.answers(stage, ours, paths)
        file = stage.folder / "search.json"
        file.write_bytes(sorted(bodies, key=len)[len(bodies) // 2])
        bare = await stack.enter_async_context(
            stage.baseline("bare", str(file), "application/json")
        )
        load = Load("pages", {"paths": paths})
        sides = [
            Side("bare aiohttp handler", bare, load),
            Side("ours, from the process", ours, load),
            Side("ours, from Redis", forgetful, load),
            Side(
                "ours, from Redis, address never seen before",
                forgetful,
                Load("fresh_pages", {"paths": paths}),
            ),
        ]
        missing = peers_missing()
        if missing:
            report.skipped.append(f"FastAPI: {missing}")
        else:
            await _fill(stage, paths, bodies)
            peer = await stack.enter_async_context(stage.baseline("fastapi_search", peer=True))
            sides.append(Side("FastAPI, async redis, pydantic", peer, load))
        await _check_sources(stage, ours, forgetful, paths)
        await play(sides)
    figures(report, sides)
    speeds = [side.per_second for side in sides]
    report.ratio("from the process / bare", speeds[1], speeds[0], 0.75)
    report.ratio("from Redis / bare", speeds[2], speeds[0], 0.50)
    report.ratio("from Redis, new address / bare", speeds[3], speeds[0])
    for side in sides[1:4]:
        report.ratio(f"{side.name}: bare's CPU time / its own", sides[0].cpu_us, side.cpu_us)
    if not missing:
        report.ratio("from the process / FastAPI", speeds[1], speeds[4], 6.0)
    report.notes.append(
        f"{len(paths)} questions, {file.stat().st_size} bytes the answer of the bare handler"
    )
    return report


async def _fill(stage: Stage, paths: list[str], bodies: list[bytes]) -> None:
    """The peer's cache: the same bytes under its own keys."""
    client = redis_py.from_url(stage.redis_url, db=_FASTAPI_DB)
    for path, body in zip(paths, bodies, strict=True):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        key = "search:{from}:{to}:{date}:{return_date}:{adults}:{vehicles}".format_map(asked)
        await client.set(key, body, ex=900)
    await client.aclose()


async def _check_sources(
    stage: Stage, ours: Measured, forgetful: Measured, paths: list[str]
) -> None:
    """The one must answer from its own memory, the other from Redis; else the figures mean
    something else.
    """
    await questions.answers(stage, forgetful, paths)
    _, local = await stage.get(ours, paths[0])
    _, shared = await stage.get(forgetful, paths[0])
    found = (
        local.get("X-Cache"),
        local.get("X-Cache-Source"),
        shared.get("X-Cache"),
        shared.get("X-Cache-Source"),
    )
    if found != ("hit", None, "hit", "redis"):
        raise RuntimeError(f"the answers did not come from where they should: {found}")
