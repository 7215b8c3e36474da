"""The results page from cache, beside a bare handler answering the same page."""

from contextlib import AsyncExitStack

from bench.parts import questions
from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Stage


async def measure(stage: Stage) -> Report:
    """The page as a browser without cookies asks for it."""
    report = Report("page", "GET /ferries, the results page, answered from cache, 32 connections")
    paths = await questions.paths(stage, "/ferries")
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(stage.ours())
        bodies = await questions.answers(stage, ours, paths)
        file = stage.folder / "page.html"
        file.write_bytes(sorted(bodies, key=len)[len(bodies) // 2])
        bare = await stack.enter_async_context(stage.baseline("bare", str(file), "text/html"))
        load = Load("pages", {"paths": paths})
        sides = [Side("bare aiohttp handler", bare, load), Side("ours", ours, load)]
        await play(sides)
    figures(report, sides)
    report.ratio("ours / bare", sides[1].per_second, sides[0].per_second, 0.70)
    report.ratio("bare's CPU time / ours", sides[0].cpu_us, sides[1].cpu_us)
    report.notes.append(
        f"{len(paths)} pages, {file.stat().st_size} bytes the page of the bare handler"
    )
    return report
