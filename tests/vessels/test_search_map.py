"""The live map's search without JavaScript: ships and ports."""

from typing import Any

import jinja2
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


async def test_another_word_renders_nothing_of_what_pages_share(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each word is another page: chart, tools, texts and the table of ships are not its own."""
    await found(client, q="pirae")
    loaded: list[str] = []
    load = jinja2.Environment.get_template

    def noted(env: jinja2.Environment, name: Any, *rest: Any) -> jinja2.Template:
        loaded.append(str(name))
        return load(env, name, *rest)

    monkeypatch.setattr(jinja2.Environment, "get_template", noted)
    page = await found(client, q="xyzzyx")
    assert all(text in page for text in ("Legend and filter", "map-texts", "Ships heard"))
    shared = ("_chart_tools", "_on_chart", "_live_map_texts", "_site_head")
    assert [name for name in loaded if any(part in name for part in shared)] == []
