"""The newest figures of a port as a task: triggered by name, kept for an hour, read by its key."""

import pytest

from maritime_app.ports import jobs, service
from tests import signed_in
from tests.ports.published import INDEX_HEADER, PIRAEUS


@pytest.fixture
async def piraeus(resources, tmp_path):
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,\n')
    await service.import_unctad_file(resources, path)
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [PIRAEUS])


async def test_it_works(client, resources, piraeus):
    outcome = await jobs.fetch_port_performance(resources, port="GRPIR")
    assert outcome.startswith("GRPIR: ")

    headers = await signed_in.token(resources)
    key = "ports:performance:GRPIR"
    async with client.get(f"/api/admin-tools/tasks/cached/{key}/", headers=headers) as answer:
        found = await answer.json()
    assert found["cached"]
    assert 3500 < found["seconds_left"] <= 3600
    assert found["value"]["connectivity"]["value"] == 476.5
    assert found["value"]["connectivity"]["source"]["origin"] == "file US_PLSCI.csv"


async def test_a_new_reading_drops_it(client, resources, piraeus, tmp_path):
    await jobs.fetch_port_performance(resources)
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",480.5,,\n')
    await service.import_unctad_file(resources, path)

    async with client.get("/api/v1/ports/GRPIR/performance") as answer:
        assert (await answer.json())["connectivity"]["value"] == 480.5


async def test_without_figures_it_says_so(resources):
    assert await jobs.fetch_port_performance(resources) == "no port has figures yet"


async def test_an_unknown_port_is_not_found(client):
    async with client.get("/api/v1/ports/ZZNIL/performance") as answer:
        assert answer.status == 404
