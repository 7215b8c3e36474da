"""The live map's search without JavaScript: ships and ports."""

from typing import Any

import pytest

pytestmark = pytest.mark.demo


async def found(client: Any, **query: str) -> str:
    async with client.get("/vessels", params=query) as answer:
        assert answer.status == 200
        return str(await answer.text())


async def test_it_works(client: Any) -> None:
    page = await found(client, q="pirae")
    assert 'href="/ports/GRPIR"' in page
    assert "<p>Nothing found.</p>" not in page


async def test_a_port_is_found_and_named_in_the_readers_script(client: Any) -> None:
    page = await found(client, q="Πειραι", lang="el")
    assert 'href="/ports/GRPIR"' in page
    assert ">Πειραι" in page


async def test_nothing_is_said_where_neither_is_found(client: Any) -> None:
    assert "<p>Nothing found.</p>" in await found(client, q="xyzzyx")


async def test_points_of_ports_can_be_limited(client: Any) -> None:
    async with client.get("/api/v1/ports.geojson?country=GR&limit=2") as answer:
        points = await answer.json(content_type=None)
    assert len(points["features"]) == 2
    assert points["total"] > 2
    async with client.get("/api/v1/ports.geojson?limit=0") as refused:
        assert refused.status == 422
