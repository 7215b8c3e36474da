"""What was searched is kept: what the clock starts drops it only where something has changed."""

import json

import pytest

from maritime_app import domains
from maritime_app.ferries.search import service as search
from maritime_app.ferries.search.model import SearchQuery
from maritime_app.infra.cache.two_level import Source
from maritime_app.settings.file import replace
from tests.factories import an_ask, book, local_day

A_DAY_SECONDS = 86_400
TASKS = {task.name: task for task in domains.TASKS}
CRONS = [cron for cron in domains.CRONS if cron.every_seconds <= A_DAY_SECONDS]


@pytest.fixture
def settings(settings):
    """Nothing grows too old to be shown again."""
    return replace(settings, search={"cache_seconds": 3_600, "partial_cache_seconds": 3_600})


@pytest.fixture
async def question(played):
    """What somebody has searched and anybody may be shown again."""
    (way, *_others) = await search.popular_routes(played, 1)
    wanted = SearchQuery(way.origin.code, way.destination.code, local_day(9))
    asked = search.question(wanted)
    while (await search.search(played, asked)).source is Source.MISS:
        pass
    return asked


@pytest.mark.demo
async def test_it_works(shop, played, question):
    """Every task of the clock runs twice, as it does when it finds nothing new."""
    for cron in [*CRONS, *CRONS]:
        await TASKS[cron.task].run(played, **cron.payload)

        assert (await search.search(played, question)).source is not Source.MISS, cron.task


@pytest.mark.demo
async def test_what_somebody_books_drops_it(shop, played, question):
    """The control: were nothing dropped at all, an answer would show places that are gone."""
    found = await search.search(played, question)
    (sailing, *_others) = [offer for offer in offers(found) if offer["bookable"]]

    await book(shop, an_ask(sailing["sailing_id"]))

    assert (await search.search(played, question)).source is Source.MISS


def offers(found):
    return json.loads(found.body)["outbound"]
