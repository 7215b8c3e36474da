"""Languages: chosen once, kept; the links to the others lead to this very page."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import a_sailing

DAY = (datetime.now(UTC) + timedelta(days=30)).date()


async def test_it_works(client):
    async with client.get("/ports?lang=de") as answer:
        assert '<html lang="de"' in await answer.text()
        assert answer.cookies["lang"].value == "de"
    async with client.get("/privacy") as answer:
        assert '<html lang="de"' in await answer.text()
    async with client.get("/privacy?lang=ar") as answer:
        assert '<html lang="ar" dir="rtl"' in await answer.text()
    async with client.get("/ports") as answer:
        assert '<html lang="ar"' in await answer.text()


async def test_an_unknown_language_is_not_kept(client):
    async with client.get("/privacy?lang=tlh") as answer:
        assert '<html lang="en"' in await answer.text()
        assert "lang" not in answer.cookies


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/ports?q=kiel", "/ports?q=kiel&amp;lang=de"),
        ("/ports?q=kiel&lang=el", "/ports?q=kiel&amp;lang=de"),
        ("/bookings/find", "/bookings/find?lang=de"),
        ("/", "/?lang=de"),
        ("/?utm_source=mail", "/?lang=de"),
        (
            f"/ferries?from=NOOSL&to=DEKEL&date={DAY}&adults=2&sort=price&utm_source=x",
            f"/ferries?from=NOOSL&amp;to=DEKEL&amp;date={DAY}&amp;adults=2&amp;sort=price&amp;lang=de",
        ),
    ],
)
async def test_the_links_keep_what_was_asked(client, db, asked, kept):
    await a_sailing(db)
    async with client.get(asked) as answer:
        links = re.findall(r'href="([^"]+)"\s+hreflang="de"', await answer.text())
    assert links == [kept]


async def test_a_refused_form_leads_home(client):
    async with client.get("/bookings/find") as form:
        token = re.search(r'name="csrf_token" value="([^"]+)"', await form.text())
    assert token
    fields = {"reference": "AAAAAAAA", "family_name": "Lund", "csrf_token": token[1]}
    async with client.post("/bookings/find", data=fields) as answer:
        assert answer.status == 404
        assert 'href="/?lang=de"' in await answer.text()


async def test_kept_pages_are_kept_for_a_choice_too(client, db):
    """A chosen language has its own ready answers; nobody gets another one's."""
    await a_sailing(db)
    page = f"/ferries?from=NOOSL&to=DEKEL&date={DAY}"
    for language in ("de", "el", "de", "en"):
        headers = {"Cookie": f"lang={language}", "Accept-Language": "en"}
        hits = []
        for _ in range(3):
            async with client.get(page, headers=headers) as answer:
                assert f'<html lang="{language}"' in await answer.text()
                hits.append(answer.headers["X-Cache"])
        assert hits[-1] == "hit"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("de", "de"),
        ("en;q=0.5, de", "de"),
        ("fr;q=0.8,it;q=0.9", "it"),
        ("el;q=0.3, ar;q=0.3", "el"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("de-CH-1996; Q=0.9, tlh", "de"),
        ("*;q=0.5", "en"),
        ("fr;q=-1, it;q=0.001", "it"),
        ("de;q=a lot, ;;, \u0663", "en"),
    ],
)
async def test_of_several_languages_the_most_wanted_one_is_answered(standing, wishes, language):
    async with standing.get("/privacy", headers={"Accept-Language": wishes}) as answer:
        assert f'<html lang="{language}"' in await answer.text()
