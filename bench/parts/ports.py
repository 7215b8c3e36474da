"""Ports: the page of one and the search by name, among as many as the world has."""

import random
from contextlib import AsyncExitStack
from urllib.parse import quote

from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Stage
from maritime_app.ports import service
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.sandbox.unctad.figures import table_csv

_HARBOURS = 3_900
_PAGES = 200
_CONNECTIONS = 8
_MOST_P99_MS = 250.0
_SYLLABLES = ("ka", "ri", "mo", "san", "ta", "vel", "pu", "nor", "dra", "hel", "os", "lin")
_REPORTS = ("US.PLSCI", "US.PortCalls_S", "US.LSCI")


async def measure(stage: Stage) -> Report:
    """Pages of ports with figures and without, searches by the beginning of a name."""
    report = Report("ports", f"pages and search of {_HARBOURS:,} ports, {_CONNECTIONS} connections")
    made = _harbours()
    async with stage.resources() as res:
        async with res.db.transaction() as conn:
            await service.seed_ports(conn, made)
        for name in _REPORTS:
            file = stage.folder / f"{name}.csv"
            file.write_bytes(table_csv(name, 7, 1))
            await service.import_unctad_file(res, file)
    pages = [f"/ports/{port.code}" for port in made[:_PAGES]]
    known = [f"/ports/{code}" for code in ("GRPIR", "ITGOA", "ESBCN", "DEKEL", "SEGOT", "FIHEL")]
    names = [f"q={quote(port.name[:4])}" for port in made[:_PAGES]]
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(stage.ours())
        body, _headers = await stage.get(ours, known[0])
        file = stage.folder / "port.html"
        file.write_bytes(body)
        bare = await stack.enter_async_context(stage.baseline("bare", str(file), "text/html"))
        sides = [
            Side("bare aiohttp handler", bare, _load(known)),
            Side("page of a port with figures", ours, _load(known)),
            Side("page of a port without", ours, _load(pages)),
            Side("search by name, page", ours, _load([f"/ports?{name}" for name in names])),
            Side("search by name, JSON", ours, _load([f"/api/v1/ports?{name}" for name in names])),
        ]
        await play(sides)
    figures(report, sides)
    for side in sides[1:]:
        report.at_most(side.p99_ms, _MOST_P99_MS)
    report.ratio("page with figures / bare", sides[1].per_second, sides[0].per_second)
    return report


def _load(paths: list[str]) -> Load:
    return Load("pages", {"paths": paths}, _CONNECTIONS)


def _harbours() -> list[NewPort]:
    """Return invented harbours all over the sea; the same ones in every run."""
    dice = random.Random(11)
    found = []
    for number in range(_HARBOURS):
        name = "".join(dice.choices(_SYLLABLES, k=3)).capitalize()
        code = f"ZZ{chr(65 + number // 676)}{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}"
        found.append(
            NewPort(
                code=code,
                name=name,
                lat=dice.uniform(-60, 60),
                lon=dice.uniform(-179, 179),
                timezone="UTC",
                kind=PortKind.HARBOUR,
                source="bench",
                unlocode=code,
            )
        )
    return found
