"""Lists by pages: behind the last one there is nothing, and how many there are stays true."""

from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient

from maritime_app import paging
from maritime_app.domains import ROUTES
from maritime_app.errors import Invalid
from maritime_app.infra.db import Database
from maritime_app.web.forms import convert
from tests.factories import a_sailing

LISTS = ["/api/v1/ports", "/api/v1/ports/NOOSL/departures", "/api/v1/ports/DEKEL/arrivals"]
PAGES = ["/ports", "/ferries/departures?port=NOOSL", "/ferries/arrivals?port=DEKEL"]


def test_it_works() -> None:
    assert [paging.pages(total, 40) for total in (0, 1, 40, 41)] == [1, 1, 1, 2]
    assert [paging.skipped(page, 40) for page in (1, 3)] == [0, 80]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("page", [2, 1_000, 99_999])
async def test_behind_the_last_page_programs_see_nothing(
    client: TestClient[Any, Any], db: Database, path: str, page: int
) -> None:
    """It answered page 1,000 of 1."""
    await a_sailing(db)
    async with client.get(f"{path}?page={page}") as answer:
        found = await answer.json()
    assert (found["page"], found["pages"]) == (page, 1)
    assert found["total"] > 0
    assert found.get("ports", found.get("boats")) == []


@pytest.mark.parametrize("path", PAGES)
async def test_behind_the_last_page_people_see_the_last_one(
    client: TestClient[Any, Any], db: Database, path: str
) -> None:
    await a_sailing(db)
    async with client.get(f"{path}{'&' if '?' in path else '?'}page=77") as page:
        assert page.url.query["page"] == "1"
        assert "Kiel" in await page.text()


@pytest.mark.parametrize("page", ["0", "-1", "100001", "first", "1.5"])
@pytest.mark.parametrize("path", LISTS)
async def test_what_is_no_page_is_refused(
    client: TestClient[Any, Any], db: Database, path: str, page: str
) -> None:
    await a_sailing(db)
    async with client.get(f"{path}?page={page}") as answer:
        assert answer.status == 422
        assert "page" in (await answer.json())["errors"]


def test_every_list_counts_its_pages_alike() -> None:
    """Whoever adds a list with another kind of page is seen here."""
    paged = [route for route in ROUTES if "page" in getattr(route.query, "__struct_fields__", ())]
    assert len(paged) > 8
    for route in paged:
        for page in ("1", "100000"):
            convert({"page": page}, cast("type", route.query), strict=False)
        for page in ("0", "100001"):
            with pytest.raises(Invalid):
                convert({"page": page}, cast("type", route.query), strict=False)
