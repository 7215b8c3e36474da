"""Figures in the database: repeated, revised, real and invented ones apart."""

from pathlib import Path

import pytest

from maritime_app.errors import Invalid, NotFound
from maritime_app.infra.db import Database
from maritime_app.ports import service
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.tables import PLSCI, PORT_CALLS_S
from maritime_app.resources import Resources
from maritime_app.sandbox.model import SandboxAddresses
from tests.paused import Meeting
from tests.ports.published import INDEX_HEADER, PIRAEUS
from tests.rows import value

ROWS = """\
2023Q01,"Q1 2023",GRPIR,"Greece, Piraeus",470.5,,
2023Q01,"Q1 2023",GRHER,"Greece, Heraklion",10.5,,
2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,
2024Q01,"Q1 2024",GRHER,"Greece, Heraklion",,,Not publishable
"""


async def test_it_works(resources: Resources, tmp_path: Path) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    steps: list[tuple[int, int]] = []
    done = await service.import_unctad_file(
        resources, path, lambda now, total: steps.append((now, total))
    )
    assert (done.report, done.rows, done.accepted, done.stored, done.unchanged) == (
        PLSCI,
        4,
        4,
        4,
        0,
    )
    assert steps[-1] == (path.stat().st_size, path.stat().st_size)


async def test_a_second_run_changes_nothing(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(resources, path)
    again = await service.import_unctad_file(resources, path)
    assert (again.stored, again.unchanged) == (0, 4)
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from stat_vintage") == 1
        assert await conn.fetchval("select count(*) from stat_obs_past") == 0


async def test_a_revision_keeps_the_old_figure(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(resources, path)
    path.write_text(
        INDEX_HEADER + ROWS.replace("476.5", "480.25").replace(",,,Not publishable", ",11.5,,")
    )
    revised = await service.import_unctad_file(resources, path)
    assert (revised.stored, revised.unchanged) == (2, 2)
    path.write_text(INDEX_HEADER + ROWS)
    assert (await service.import_unctad_file(resources, path)).stored == 2  # and back again
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select geo_code, value, missing_reason from stat_obs_past"
            " where period_code = '2024Q01' order by 1, 2"
        )
        assert await conn.fetchval("select count(*) from stat_vintage") == 3
        now = await conn.fetchrow(
            "select * from stat_obs where geo_code = 'GRHER' and period_code = '2024Q01'"
        )
    assert [tuple(row) for row in rows] == [
        ("GRHER", 11.5, None),
        ("GRHER", None, "Not publishable"),
        ("GRPIR", 476.5, None),
        ("GRPIR", 480.25, None),
    ]
    assert now is not None
    assert (now["value"], now["missing_reason"]) == (None, "Not publishable")


async def test_a_file_that_ends_within_a_row_takes_no_figure_back(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(resources, path)

    path.write_text(INDEX_HEADER + ROWS[: ROWS.index("476.5")])
    cut = await service.import_unctad_file(resources, path)

    assert dict(cut.rejected) == {"the file ends within it": 1}
    async with db.acquire() as conn:
        shown = await conn.fetchval(
            "select value from stat_obs where geo_code = 'GRPIR' and period_code = '2024Q01'"
        )
    assert shown == 476.5


async def test_figures_carry_source_period_and_rank(resources: Resources, tmp_path: Path) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(resources, path)
    async with resources.db.transaction() as conn:
        assert await service.seed_ports(conn, [PIRAEUS]) == 1
        assert await service.seed_ports(conn, [PIRAEUS]) == 0
    index = (await service.port_page(resources, "grpir")).index
    assert index is not None
    assert [point.period_code for point in index.points] == ["2023Q01", "2024Q01"]
    assert (index.rank, index.places) == (0, 0)  # too few ports to rank
    assert round(index.change_percent or 0, 3) == round((476.5 / 470.5 - 1) * 100, 3)
    assert index.source.origin == "file US_PLSCI.csv"
    assert index.source.as_of == "2024Q01"
    assert not index.source.invented


async def test_the_sandbox_is_pulled_once_per_version(
    played: Resources, sandbox: SandboxAddresses
) -> None:
    first = await statistics.sync_unctad(played, PLSCI)
    assert "version 1" in first
    assert await statistics.sync_unctad(played, PLSCI) == "US.PLSCI: still version 1"
    async with played.http.post(f"{sandbox.unctad_url}/sandbox/bump") as answer:
        assert answer.status == 200
    assert "version 2" in await statistics.sync_unctad(played, PLSCI)
    async with played.db.acquire() as conn:
        changed = await conn.fetch("select distinct period_code from stat_obs_past")
        sources = await conn.fetch("select source, version, notes from stat_series")
        versions = await conn.fetch("select version from stat_vintage order by retrieved_at")
    assert [row["period_code"] for row in changed] == ["2026Q03"]
    assert [(row["source"], row["version"]) for row in sources] == [("sandbox", "2")]
    assert sources[0]["notes"].startswith("Invented by the sandbox")
    assert [row["version"] for row in versions] == ["1", "2"]


async def test_invented_figures_never_stand_among_real_ones(
    played: Resources, tmp_path: Path
) -> None:
    await statistics.sync_unctad(played, PLSCI)
    async with played.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])
    index = (await service.port_page(played, "GRPIR")).index
    assert index is not None
    assert index.source.invented
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(played, path)
    index = (await service.port_page(played, "GRPIR")).index
    assert index is not None
    assert not index.source.invented
    assert len(index.points) == 2
    await statistics.sync_unctad(played, PLSCI)
    answer = await service.port_statistics(played, "GRPIR")
    assert {source.source for source in answer.sources} == {"unctad"}
    assert len(answer.observations) == 2


async def test_figures_not_checked_for_long_are_checked_by_one_job_when_shown(
    played: Resources, tmp_path: Path
) -> None:
    await statistics.sync_unctad(played, PLSCI)
    async with played.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])
        await conn.execute("delete from job")
    await service.port_page(played, "GRPIR")
    assert await _requested(played) == []
    async with played.db.transaction() as conn:
        await conn.execute("update stat_series set checked_at = now() - interval '9 days'")
    await service.port_page(played, "GRPIR")
    await service.port_statistics(played, "GRPIR")
    assert await _requested(played) == [("ports.sync_unctad", PLSCI)]
    assert await statistics.sync_unctad(played, PLSCI) == "US.PLSCI: still version 1"
    async with played.db.transaction() as conn:
        await conn.execute("delete from job")
    await service.port_page(played, "GRPIR")
    assert await _requested(played) == []


async def _requested(res: Resources) -> list[tuple[str, str]]:
    async with res.db.acquire() as conn:
        rows = await conn.fetch("select task, payload ->> 'report' as report from job")
    return [(row["task"], row["report"]) for row in rows]


async def test_a_reading_is_taken_back(resources: Resources, db: Database, tmp_path: Path) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(resources, path)
    more = '2025Q01,"Q1 2025",GRPIR,"Greece, Piraeus",490,,\n'
    path.write_text(INDEX_HEADER + ROWS.replace("476.5", "1") + more)
    wrong = await service.import_unctad_file(resources, path)
    assert (wrong.stored, wrong.changed) == (2, 1)
    assert round(wrong.largest_change_percent or 0, 1) == 99.8

    newest = (await service.readings(resources))[0]
    assert (newest.obs_stored, newest.obs_changed) == (2, 1)
    await service.undo(resources, newest.id)
    async with db.acquire() as conn:
        rows = await conn.fetch("select period_code, value from stat_obs where geo_code = 'GRPIR'")
        assert await conn.fetchval("select count(*) from stat_obs_past") == 0
        assert await conn.fetchval("select newest_period from stat_series") == "2024Q01"
    assert sorted(tuple(row) for row in rows) == [("2023Q01", 470.5), ("2024Q01", 476.5)]
    with pytest.raises(NotFound):
        await service.undo(resources, newest.id)
    assert (await service.import_unctad_file(resources, path)).changed == 1  # and read again


async def test_a_reading_is_taken_back_while_a_file_is_read(
    resources: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One waits for all of the other; the figures are those of the newer file."""
    first, wrong, newer = (tmp_path / f"{name}.csv" for name in ("first", "wrong", "newer"))
    first.write_text(INDEX_HEADER + ROWS)
    wrong.write_text(INDEX_HEADER + ROWS.replace("476.5", "1"))
    newer.write_text(INDEX_HEADER + ROWS.replace("476.5", "480.25"))
    meeting = Meeting(resources, monkeypatch)
    while meeting.goes_on:
        for path in (first, wrong):
            await service.import_unctad_file(resources, path)
        reading = (await service.readings(resources))[0].id

        done, undone = await meeting.meet(
            lambda: service.import_unctad_file(resources, newer),
            lambda: service.undo(resources, reading),  # noqa: B023 - awaited in this turn
        )

        assert not isinstance(done, Exception), done
        assert undone is None
        shown = "select value from stat_obs where geo_code = 'GRPIR' and period_code = '2024Q01'"
        assert await value(resources, shown) == 480.25


async def test_a_source_line_names_the_file_that_the_figure_came_from(
    resources: Resources, tmp_path: Path
) -> None:
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    first.write_text(INDEX_HEADER + ROWS)
    later.write_text(INDEX_HEADER + ROWS.replace("470.5", "471"))
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])
    for path in (first, later):
        await service.import_unctad_file(resources, path)

    found = await service.port_statistics(resources, "GRPIR")
    origins = {each.period_code: each.origin for each in found.observations}
    assert origins == {"2023Q01": "file later.csv", "2024Q01": "file first.csv"}
    index = (await service.port_page(resources, "GRPIR")).index
    assert index is not None
    assert index.source.origin == "file first.csv"
    _port, revisions = await service.port_history(resources, "GRPIR")
    assert [(each.value, each.is_current) for each in revisions] == [(470.5, False), (471.0, True)]


async def test_an_older_file_says_so(resources: Resources, tmp_path: Path) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    assert not (await service.import_unctad_file(resources, path)).is_older
    path.write_text(INDEX_HEADER + ROWS.splitlines(keepends=True)[0])
    assert (await service.import_unctad_file(resources, path)).is_older


async def test_a_file_of_which_nothing_can_be_read_changes_nothing(
    resources: Resources, tmp_path: Path
) -> None:
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",-5,,\n')
    with pytest.raises(Invalid, match=r"Nothing of it can be read.*below 0"):
        await service.import_unctad_file(resources, path)
    assert await service.readings(resources) == []


async def test_nothing_invented_stands_in_a_file_with_real_figures(
    played: Resources, tmp_path: Path
) -> None:
    """Not even of another table: the sandbox's port calls beside the real index."""
    for report in (PLSCI, PORT_CALLS_S):
        await statistics.sync_unctad(played, report)
    async with played.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])
    before = await service.port_statistics(played, "GRPIR")
    assert {each.invented for each in before.observations} == {True}
    assert {source.licence for source in before.sources} == {"invented by the sandbox: no source"}
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + ROWS)
    await service.import_unctad_file(played, path)

    after = await service.port_statistics(played, "GRPIR")
    assert {each.invented for each in after.observations} == {False}
    assert not (await service.port_statistics(played, "GRPIR", {PORT_CALLS_S})).observations
    page = await service.port_page(played, "GRPIR")
    assert page.calls is None
    assert not page.invented
