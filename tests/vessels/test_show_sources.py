"""The page of the sources of ships."""

from pathlib import Path
from typing import Any

from maritime_app import clock
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import FeedHealth, FeedState, Rejection, Source, SourceHealth


async def page(client: Any, **query: str) -> str:
    async with client.get("/vessels/feed", params=query) as answer:
        assert answer.status == 200
        return str(await answer.text())


async def test_it_works(client: Any, resources: Any) -> None:
    now_ms = clock.epoch_ms()
    source = SourceHealth(
        name="shore-3",
        source=Source.NMEA,
        state=FeedState.SILENT,
        reason="nothing for 90 s",
        last_frame_ms=now_ms - 90_000,
        frames=12,
        stored=5,
        rejected={Rejection.JUMP: 7},
    )
    health = FeedHealth(state=FeedState.SILENT, frames=12, stored=5, sources=[source])
    await live_store.write_health(
        resources.redis_cache, now_ms, now_ms, health=health, under_way=[]
    )

    text = await page(client)

    for words in ("shore-3", "The feed is silent", "nothing for 90 s", "implausible jump: 7"):
        assert words in text, words
    assert "never" in text, "no position has come"
    assert "s ago" in text


async def test_without_a_source_it_says_so(client: Any) -> None:
    assert "No source of ships is followed" in await page(client)


def test_every_reason_has_words() -> None:
    text = (Path(__file__).parents[2] / "templates/vessels/feed.html").read_text()
    assert [reason for reason in Rejection if f'"{reason}": _(' not in text] == []
