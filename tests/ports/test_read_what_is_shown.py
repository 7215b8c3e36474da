"""Anybody may ask for any port: what is read and made of its figures is what the answer shows."""

import pytest

from maritime_app.ports import service
from maritime_app.ports.statistics import store, summaries
from maritime_app.ports.statistics.tables import PLSCI, SHOWN_REPORTS
from tests.factories import a_port
from tests.ports.published import INDEX_HEADER

CALLS = "/api/v1/ports/GRPIR/daily-calls"


@pytest.fixture
async def figures(resources, tmp_path):
    """A port with an index in four quarters."""
    rows = [
        f'202{year}Q01,"Q1 202{year}",GRPIR,"Greece, Piraeus",4{year}0.0,,' for year in range(4)
    ]
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + "\n".join(rows) + "\n")
    await service.import_unctad_file(resources, path)
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [a_port("GRPIR", "Piraeus", 37.9, 23.6, "Europe/Athens")])


@pytest.fixture
def made(monkeypatch):
    """The observations that were written out with their whole origin."""
    written = []
    make = summaries._observation

    def observation(stored, source):
        written.append(stored)
        return make(stored, source)

    monkeypatch.setattr(summaries, "_observation", observation)
    return written


@pytest.fixture
def read(monkeypatch):
    """The tables whose figures were read, each time that some were."""
    asked = []
    observations = store.observations

    async def noted(conn, series_ids, *place):
        found = await store.series_of(conn, SHOWN_REPORTS)
        asked.append({each.report for each in found if each.id in series_ids})
        return await observations(conn, series_ids, *place)

    monkeypatch.setattr(store, "observations", noted)
    return asked


async def text_of(client, path):
    async with client.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_it_works(client, figures, made):
    """A page has summaries of hundreds of figures; only whoever asks for all gets each."""
    assert "430" in await text_of(client, "/ports/GRPIR")
    assert made == []

    assert "US.PLSCI" in await text_of(client, "/api/v1/ports/GRPIR/statistics")
    assert len(made) == 4


async def test_beside_one_another_ports_have_their_index_alone(client, figures, read):
    assert "430" in await text_of(client, "/api/v1/ports/compare?ports=GRPIR")
    assert read == [{PLSCI}]


async def test_where_days_are_counted_no_figure_of_other_tables_is_read(client, figures, read):
    """Whether any of them is real decides what is shown; their readings say so."""
    async with client.get(CALLS) as answer:
        await answer.read()
    assert read == [set()]
