"""A publisher of GTFS-Realtime for tests, and what it says in the specification's own bindings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer
from google.transit import gtfs_realtime_pb2 as specification

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)  # 07:00 in Athens; the boat leaves Alpha at 08:00
DAY = date(2026, 11, 26)


def message(
    *said: specification.Alert | specification.TripUpdate,
    at: datetime = NOW,
    kind: "specification.FeedHeader.Incrementality" = specification.FeedHeader.FULL_DATASET,
) -> specification.FeedMessage:
    """A whole feed of that moment, with alerts as A0, A1, ... and updates by their number."""
    made = specification.FeedMessage()
    made.header.gtfs_realtime_version = "2.0"
    made.header.incrementality = kind
    made.header.timestamp = int(at.timestamp())
    for number, each in enumerate(said):
        if isinstance(each, specification.Alert):
            made.entity.add(id=f"A{number}").alert.CopyFrom(each)
        else:
            made.entity.add(id=str(number)).trip_update.CopyFrom(each)
    return made


class Publisher:
    """Who publishes the island line's realtime at its address: what it answers, and with what it
    was asked.
    """

    def __init__(self) -> None:
        self.body, self.status, self.address = b"", 200, ""
        self.headers: dict[str, str] = {}
        self.asked: list[str | None] = []
        self.say()

    def say(
        self, *said: specification.Alert | specification.TripUpdate, at: datetime = NOW
    ) -> None:
        """Answer with that from now on."""
        self.body = message(*said, at=at).SerializeToString()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer as a publisher does that keeps to ETags."""
        self.asked.append(request.headers.get("If-None-Match"))
        if self.headers.get("ETag") and self.asked[-1] == self.headers["ETag"]:
            return web.Response(status=304)
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """A publisher that can be asked."""
    made = Publisher()
    app = web.Application()
    app.router.add_get("/said.pb", made.answer)
    async with TestServer(app) as server:
        made.address = str(server.make_url("/said.pb"))
        yield made
