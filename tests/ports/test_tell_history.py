"""The history of a figure: every value that it had, and what came of each reading."""

import csv
import itertools
import random
from pathlib import Path

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.infra.db import Database
from maritime_app.ports import service
from maritime_app.ports.figure_history.model import FigureHistory, FigureRequest
from maritime_app.ports.figure_history.service import figure_history
from maritime_app.ports.statistics.model import Source
from maritime_app.ports.statistics.tables import INDEX, PLSCI
from maritime_app.resources import Resources
from tests.ports.published import INDEX_HEADER, PIRAEUS

A_QUARTER = '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",470.5,,\n'
OTHER = '2024Q01,"Q1 2024",GRHER,"Greece, Heraklion",10.5,,\n'
FIGURE = FigureRequest(Source.UNCTAD, PLSCI, "GRPIR", INDEX, "", "2024Q01")
ADDRESS = f"/ports/figure?source=unctad&report={PLSCI}&place=GRPIR&measure={INDEX}&period=2024Q01"


async def test_it_works(resources: Resources, tmp_path: Path) -> None:
    for name, text in (("a", "470.5"), ("b", "470.5"), ("c", "471")):
        await a_reading(resources, tmp_path / f"{name}.csv", text)

    found = await figure_history(resources, FIGURE)

    assert said(found) == [(470.5, "replaced"), (470.5, "agrees"), (471.0, "shown")]
    first = found.readings[0]
    assert (first.origin, first.replaced_by) == ("file a.csv", "file c.csv")
    assert first.replaced_at == found.readings[2].retrieved_at
    assert (found.value, found.geo_label, found.unit) == (
        471.0,
        "Greece, Piraeus",
        "index, average Q1 2023 = 100",
    )


async def test_a_newer_file_says_why_it_changed_nothing(
    resources: Resources, tmp_path: Path
) -> None:
    """It has no such figure, or one that none can be."""
    for name, text in (("a", "470.5"), ("b", None), ("c", "-5"), ("d", "#N/A")):
        await a_reading(resources, tmp_path / f"{name}.csv", text)

    found = await figure_history(resources, FIGURE)

    assert said(found) == [(470.5, "shown"), (None, "absent"), (None, "refused"), (None, "refused")]
    refusals = [each.refusal for each in found.readings]
    assert refusals == [None, None, "below 0", "missing (#N/A)"]


async def test_the_same_file_is_one_reading(resources: Resources, tmp_path: Path) -> None:
    for _again in range(2):
        await a_reading(resources, tmp_path / "a.csv", "470.5")
    assert said(await figure_history(resources, FIGURE)) == [(470.5, "shown")]


async def test_what_staff_took_back_stays_told(resources: Resources, tmp_path: Path) -> None:
    await a_reading(resources, tmp_path / "a.csv", "470.5")
    await a_reading(resources, tmp_path / "b.csv", "1")
    await service.undo(resources, (await service.readings(resources))[0].id)
    assert said(await figure_history(resources, FIGURE)) == [(470.5, "shown"), (1.0, "taken_back")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize(
    "texts",
    [
        ("1", "2", "3"),
        ("1", "2", "1"),
        ("1", "1", "2"),
        ("1", "2", "2"),
        ("1", None, None),
        (None, "2", None),
        (None, None, "3"),
        ("1", "-1", "3"),
    ],
    ids=str,
)
async def test_whatever_the_order_in_which_readings_are_taken_back(
    resources: Resources,
    db: Database,
    tmp_path: Path,
    texts: tuple[str | None, ...],
    order: tuple[int, ...],
) -> None:
    """The newest of those that are left is shown, and nothing in the end."""
    for name, text in zip("abc", texts, strict=True):
        await a_reading(resources, tmp_path / f"{name}.csv", text)
    readings = (await service.readings(resources))[::-1]
    left = [float(text) if text and text != "-1" else None for text in texts]
    for number in order:
        await service.undo(resources, readings[number].id)
        left[number] = None
        newest = next((value for value in reversed(left) if value is not None), None)
        assert await stored(db) == newest
        found = await figure_history(resources, FIGURE)
        assert found.value == newest, said(found)
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from stat_obs") == 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
async def test_readings_from_before_the_record_are_taken_back_in_any_order(
    resources: Resources, db: Database, tmp_path: Path, order: tuple[int, ...]
) -> None:
    for name, text in zip("abc", "123", strict=True):
        await a_reading(resources, tmp_path / f"{name}.csv", text)
    async with db.transaction() as conn:
        await conn.execute("delete from stat_told")
        await conn.execute("update stat_vintage set is_told = false, newest_period = null")
    readings = (await service.readings(resources))[::-1]
    left = {0: 1.0, 1: 2.0, 2: 3.0}
    for number in order:
        await service.undo(resources, readings[number].id)
        del left[number]
        assert await stored(db) == (left[max(left)] if left else None)


async def test_a_figure_that_a_later_file_repeats_is_not_taken_back(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    for name, text in (("a", "470.5"), ("b", "471"), ("c", "471")):
        await a_reading(resources, tmp_path / f"{name}.csv", text)
    for reading in (await service.readings(resources))[1::-1]:  # b, then c
        await service.undo(resources, reading.id)
        assert (await figure_history(resources, FIGURE)).value == await stored(db)
    assert said(await figure_history(resources, FIGURE)) == [
        (470.5, "shown"),
        (471.0, "taken_back"),
        (471.0, "taken_back"),
    ]


async def test_readings_from_before_the_record_say_what_they_changed(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    for name, text in (("a", "470.5"), ("b", "471"), ("c", "471")):
        await a_reading(resources, tmp_path / f"{name}.csv", text)
    async with db.transaction() as conn:
        await conn.execute("delete from stat_told")
        await conn.execute("update stat_vintage set is_told = false, newest_period = null")

    found = await figure_history(resources, FIGURE)

    assert said(found) == [(470.5, "replaced"), (471.0, "shown"), (None, "not_recorded")]


@pytest.mark.parametrize("seed", range(6))
async def test_what_the_history_calls_shown_is_what_is_stored(
    resources: Resources, db: Database, tmp_path: Path, seed: int
) -> None:
    """Whatever is read and taken back, in whatever order."""
    chance = random.Random(seed)
    await a_reading(resources, tmp_path / "0.csv", "100")
    for step in range(1, 12):
        standing = [each for each in await service.readings(resources) if each.undone_at is None]
        if chance.random() < 0.4 and standing:
            await service.undo(resources, chance.choice(standing).id)
        else:
            text = chance.choice(["100", "101", "102", "", "-1", None])
            await a_reading(resources, tmp_path / f"{step}.csv", text)
        found = await figure_history(resources, FIGURE)
        assert found.value == await stored(db), said(found)


async def test_a_period_that_had_not_ended_says_so(
    client: TestClient, resources: Resources, tmp_path: Path
) -> None:
    """The file had a figure of it, which was not taken for one."""
    now = clock.now()
    period = f"{now.year}Q0{(now.month + 2) // 3}"
    row = f'{period},"Now",GRPIR,"Greece, Piraeus",480.25,,\n'
    blank = f'{period},"Now",GRPIR,"Greece, Piraeus",,,\n'
    for name, text in (("early", row), ("earlier", blank)):
        (tmp_path / f"{name}.csv").write_text(INDEX_HEADER + A_QUARTER + text)
        await service.import_unctad_file(resources, tmp_path / f"{name}.csv")

    found = await figure_history(resources, msgspec.structs.replace(FIGURE, period=period))

    assert said(found) == [(None, "refused"), (None, "absent")]
    assert found.readings[0].refusal == "a period that has not ended"
    assert (found.value, found.missing_reason) == (None, None)
    page = await (await client.get(ADDRESS.replace("2024Q01", period))).text()
    assert "the period had not ended when it was read" in page


async def test_no_reading_has_it(resources: Resources, tmp_path: Path) -> None:
    await a_reading(resources, tmp_path / "a.csv", None)
    with pytest.raises(NotFound):
        await figure_history(resources, FIGURE)


async def test_every_figure_leads_to_its_history(
    client: TestClient, resources: Resources, tmp_path: Path
) -> None:
    """From page, JSON and CSV, to page, JSON and CSV."""
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])
    for name, text in (("a", "470.5"), ("b", "471")):
        await a_reading(resources, tmp_path / f"{name}.csv", text)

    answer = await (await client.get("/api/v1/ports/GRPIR/statistics")).json()
    (figure,) = answer["observations"]
    assert figure["history"] == f"/api/v1{ADDRESS}"
    answer = await (await client.get(figure["history"])).json()
    assert [each["outcome"] for each in answer["readings"]] == ["replaced", "shown"]
    text = await (await client.get(f"/api/v1{ADDRESS}".replace("figure?", "figure.csv?"))).text()
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["value"], row["outcome"], row["replaced_by"]) for row in rows] == [
        ("470.5", "replaced", "file b.csv"),
        ("471.0", "shown", ""),
    ]
    assert {row["licence"] for row in rows} == {answer["licence"]}
    for path in ("/ports/GRPIR", "/ports/ranking", "/ports/compare?ports=GRPIR"):
        assert ADDRESS.replace("&", "&amp;") in await (await client.get(path)).text(), path
    assert ADDRESS.replace("&", "&amp;") in await (await client.get("/ports/GRPIR/history")).text()
    assert "replaced by file b.csv" in await (await client.get(ADDRESS)).text()
    assert (await client.get("/ports/figure?place=XXYYY")).status == 404


async def a_reading(resources: Resources, path: Path, text: str | None) -> None:
    """A file with that figure of Piraeus, or without one, and one of another port."""
    row = "" if text is None else f'2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",{text},,\n'
    path.write_text(INDEX_HEADER + row + OTHER.replace("10.5", f"1{path.stem.encode().hex()}"[:6]))
    await service.import_unctad_file(resources, path)


async def stored(db: Database) -> float | None:
    """The figure as pages show it."""
    async with db.acquire() as conn:
        value: float | None = await conn.fetchval(
            "select value from stat_obs where geo_code = 'GRPIR'"
        )
    return value


def said(found: FigureHistory) -> list[tuple[float | None, str]]:
    """Value and outcome of each reading."""
    return [(each.value, each.outcome.value) for each in found.readings]
