"""The booking form while it is filled in: nothing typed is lost, and everything has a price."""

import html
import re

import pytest

from maritime_app.bookings.checkout import drafts, form, party
from tests import booked
from tests.factories import ADA, CONTACT, a_return, a_sailing, an_ask, book

ENDLESS = "9" * 5_000  # digits; Python reads 4,300 into a number
CHILD = {"given_name": "Liv", "family_name": "Lund", "birth_date": "2018-06-09"}


async def test_it_works(client, db):
    """Reload, another language and Back: a page asked for again has what was typed into it."""
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    await sent(client, fields, act="price")

    page = await opened(client, sailing)
    assert 'value="Ada"' in page
    assert 'value="ada@example.org"' in page

    went = await sent(client, fields | {"passengers-0-given_name": "Ada Maria"}, act="language:de")
    assert "&lang=de" in went
    async with client.get(went) as answer:
        page = await answer.text()
    assert 'lang="de"' in page
    assert 'value="Ada Maria"' in page
    assert 'name="contact-language" value="de"' in page


async def test_both_ways_are_called_as_the_search_calls_them(client, db):
    """In the form, its price, and on the page of what was booked."""
    out, back = await a_sailing(db), await a_return(db, days_ahead=25)
    booking = await book(client, an_ask(out, back))
    pages = (
        f"/bookings/new?out={out}&back={back}&adults=2",
        f"/bookings/{booking['reference']}?token={booking['token']}",
    )
    for address in pages:
        async with client.get(address) as answer:
            assert answer.status == 200, address
            page = await answer.text()
        assert page.count("Outward") >= 2, address  # beside its time and above its price
        assert page.count("Return") >= 2, address


async def test_it_belongs_to_one_browser_and_one_choice(client, other_browser, db):
    sailing, other = await a_sailing(db), await a_sailing(db, days_ahead=30)
    fields = await booked.filled_form(client, sailing)
    await sent(client, fields, act="price")
    await booked.filled_form(client, other)

    assert 'value="Berg"' not in await opened(client, other)
    assert 'value="Berg"' not in await opened(other_browser, sailing)
    assert 'value="Berg"' in await opened(client, sailing)


async def test_it_is_sealed_and_ends(client, db, resources):
    fields = await booked.filled_form(client, await a_sailing(db))
    await sent(client, fields, act="price")

    keys = await resources.redis_cache.command("KEYS", "*bookings:draft:*")
    (stored,) = [await resources.redis_cache.command("GET", key.decode()) for key in keys]
    seconds = await resources.redis_cache.command("TTL", keys[0].decode())
    assert b"Lund" not in stored
    assert b"1980" not in stored
    assert 0 < seconds <= resources.settings.bookings.draft_minutes * 60
    assert await drafts.load(resources, "somebody else", fields["chosen"]) is None


async def test_it_is_bounded(client, db, resources):
    """What is too large is not kept, and the form goes on with it."""
    assert not await drafts.save(resources, "ada", "out=1", {"contact": {"email": "x" * 30_000}})
    assert not await drafts.save(resources, "", "out=1", {})
    fields = await booked.filled_form(client, await a_sailing(db))
    page = await posted(client, fields | {"contact-phone": "1" * 30_000}, act="add:adult")
    assert len(re.findall(r'name="passengers-\d+-given_name"', page)) == 3


async def test_it_is_emptied_at_once(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    await sent(client, fields, act="price")
    await sent(client, fields, act="clear")
    assert 'value="Ada"' not in await opened(client, sailing)


async def test_what_was_wrong_is_said_again_in_another_language(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    wrong = fields | {"contact-email": "nobody"}
    async with client.post("/bookings", data=wrong, allow_redirects=False) as answer:
        assert answer.status == 422
    page = await opened(client, sailing, lang="de")
    assert "error-summary" in page
    assert 'href="#f-contact-email"' in page
    assert 'value="nobody"' in page


async def test_a_form_that_was_booked_says_so(client, db):
    """Back to the form after the hold: it is filled in, and names the booking that stands."""
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    async with client.post("/bookings", data=fields, allow_redirects=False) as answer:
        assert answer.status == 303
        reference = answer.headers["Location"].split("/")[2].partition("?")[0]
    page = await opened(client, sailing)
    assert 'value="Ada"' in page
    assert reference in page


async def test_what_cannot_be_carried_is_said_before_and_after_it_is_filled_in(client, db):
    """A camper that is too high: no form for it, and no booking of it; what was typed is kept."""
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    async with client.post("/bookings/draft", data=fields | {"part": "draft"}) as answer:
        assert (answer.status, await answer.text()) == (204, "")
    high = "vehicles=camper:700:480"
    async with client.get(f"/bookings/new?out={sailing}&adults=2&{high}") as answer:
        assert (answer.status, "420 cm high" in await answer.text()) == (409, True)

    camper = {"vehicles-0-kind": "camper", "vehicles-0-height_cm": "480"}
    async with client.post("/bookings", data=fields | camper) as answer:
        text = await answer.text()
    assert (answer.status, "420 cm high" in text, 'value="Ada"' in text) == (409, True, True)


async def test_back_to_the_search_as_it_was(client, db):
    """With the children and the car, and with whoever was added since."""
    asked = {"out": str(await a_sailing(db)), "adults": 1, "children": 1, "vehicles": "car"}
    async with client.get("/bookings/new", params=asked) as answer:
        page = html.unescape(await answer.text())
    (back,) = re.findall(r'href="(/ferries\?from=[^"]+)"', page)
    assert "&adults=1&children=1&vehicles=car" in back


async def test_people_and_vehicles_come_and_go_and_are_priced(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    page = await posted(client, fields, act="add:child")
    page = await posted(client, hidden(page) | fields, act="add:car")
    assert total(page) == 2 * 4300 + 2150 + 9200 + 3 * 250
    driving = hidden(page) | fields | {"vehicles-0-kind": "car"}
    page = await posted(client, driving, act="remove:passengers:2")
    assert total(page) == 2 * 4300 + 9200 + 2 * 250
    page = await posted(client, driving, act="remove:vehicles:0")
    assert total(page) == 2 * 4300 + 2150 + 3 * 250


async def test_a_model_fills_in_its_measures_without_a_script(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))
    vehicle = {"vehicles-0-kind": "car", "vehicles-0-model": "volkswagen grand california 600"}
    page = await posted(client, fields | vehicle, act="price")
    assert '<option value="camper" selected>' in page
    for measure in ("605", "315", "3050"):
        assert f'value="{measure}"' in page


async def test_proposed_cabins_are_taken_with_one_click(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    page = await posted(client, fields, act="add:adult")
    (act,) = re.findall(r'value="(cabins:0:[^"]*)"', page)
    assert act == "cabins:0:inside2=2"
    page = await posted(client, hidden(page) | fields, act=act)
    assert 'name="legs-0-cabin_inside2"' in page
    assert total(page) == 3 * 4300 + 3 * 250 + 2 * 5400


async def test_a_cabin_for_fewer_needs_a_word(client, db):
    """Three people and a cabin for two: said while it is chosen, refused, taken with a yes."""
    fields = await filled_for_three(client, await a_sailing(db))
    short = fields | {"legs-0-cabin_inside2": "1", "total_minor": "99999"}
    parts = await posted(client, short, part="price")
    assert "In these cabins 1 person has no berth." in parts

    async with client.post("/bookings", data=short, allow_redirects=False) as answer:
        assert answer.status == 422
        page = await answer.text()
    assert 'href="#f-legs-0-cabins"' in page
    assert "The cabins have 2 berths for 3 people." in page

    known = short | {"legs-0-fewer_berths": "true", "form_key": "another"}
    async with client.post("/bookings", data=known, allow_redirects=False) as answer:
        assert answer.status == 303


async def test_programs_say_it_too(client, db):
    ask = an_ask(await a_sailing(db), people=[ADA, ADA, CHILD])
    ask["legs"][0]["cabins"] = {"inside2": 1}
    async with client.post("/api/v1/bookings", json=ask) as answer:
        problem = await answer.json()
        assert (answer.status, problem["code"]) == (422, "berths")
    ask["legs"][0]["fewer_berths"] = True
    async with client.post("/api/v1/bookings", json=ask) as answer:
        assert answer.status == 201


async def test_nobody_pays_more_than_was_shown(client, db):
    """Without a script a cabin is in the price when the form comes back; then it is booked."""
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing) | {"legs-0-cabin_inside2": "1"}
    async with client.post("/bookings", data=fields, allow_redirects=False) as answer:
        assert answer.status == 409
        page = await answer.text()
    assert total(page) == 2 * 4300 + 2 * 250 + 5400
    async with client.post("/bookings", data=fields | hidden(page), allow_redirects=False) as again:
        assert again.status == 303
    assert (await booked.taken(db, sailing))["cabin:inside2"] == 1


async def test_the_price_at_every_step(client, db):
    """What a script asks for while the form is filled in: ages, cabins and what cannot be."""
    fields = await booked.filled_form(client, await a_sailing(db))
    child = fields | {"passengers-1-birth_date": CHILD["birth_date"], "legs-0-cabin_inside2": "1"}
    parts = await posted(client, child, part="price")
    assert total(parts) == 4300 + 2150 + 2 * 250 + 5400
    assert "<html" not in parts

    high = fields | {"vehicles-0-kind": "camper", "vehicles-0-height_cm": "480"}
    parts = await posted(client, high, part="price")
    assert "This ferry takes vehicles up to 420 cm high." in parts
    assert total(parts) == 2 * 4300 + 2 * 250


async def test_a_number_that_no_form_has_is_shown_again(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    for number in (ENDLESS, "9" * 20, "\u00b2"):
        page = await posted(client, fields, **{"legs-0-cabin_inside2": number})
        assert f'value="{number}"' in page


@pytest.mark.parametrize(
    "act",
    [
        *("", "add:", "add:dragon", "remove:passengers:9", "remove:legs:0", "cabins:7:a=1", "x:y"),
        *(f"remove:passengers:{ENDLESS}", f"cabins:{ENDLESS}:a=1"),
    ],
)
def test_a_button_that_means_nothing_changes_nothing(act):
    entered = {"legs": [{"sailing_id": "1"}], "passengers": [{"kind": "adult"}]}
    assert party.acted(entered, act) == entered


def test_somebody_has_to_travel():
    entered = {"passengers": [{"kind": "adult"}]}
    assert party.acted(entered, "remove:passengers:0") == entered


def test_what_somebody_has_measured_stays():
    """A roof box is no part of a model."""
    chosen = {"kind": "car", "model": "Volkswagen Golf (2019)", "model_was": ""}
    typed = chosen | {"length_cm": "450", "height_cm": "210"}
    assert form.understood({"vehicles": [typed]})["vehicles"][0]["height_cm"] == "210"
    usual = chosen | {"length_cm": "450", "height_cm": "180"}
    fitted = form.understood({"vehicles": [usual]})["vehicles"][0]
    assert (fitted["length_cm"], fitted["height_cm"], fitted["weight_kg"]) == ("430", "150", "1400")
    assert form.understood({"vehicles": [fitted]})["vehicles"][0] == fitted


async def filled_for_three(client, sailing):
    """The form for Ada, Bo and Liv."""
    fields = await booked.filled_form(client, sailing)
    return fields | {
        "passengers-2-kind": "child",
        "passengers-2-given_name": CHILD["given_name"],
        "passengers-2-family_name": CHILD["family_name"],
        "passengers-2-birth_date": CHILD["birth_date"],
        "contact-phone": CONTACT["phone"],
    }


async def opened(client, sailing, **more):
    """The form as this browser finds it."""
    async with client.get(f"/bookings/new?out={sailing}&adults=2", params=more) as answer:
        assert answer.status == 200
        return await answer.text()


async def sent(client, fields, act):
    """Press a button of the form; where it leads."""
    async with client.post(
        "/bookings/draft", data=fields | {"act": act}, allow_redirects=False
    ) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]


async def posted(client, fields, **more):
    """Press a button, or ask as a script does; the page or part that one then sees."""
    async with client.post("/bookings/draft", data=fields | more) as answer:
        assert answer.status == 200
        return html.unescape(await answer.text())


def hidden(page):
    """The hidden fields of a page."""
    pattern = r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"'
    return dict(re.findall(pattern, page))


def total(page):
    """The price that the page shows, in cents."""
    (minor,) = re.findall(r'data-total="(\d+)"', page)
    return int(minor)
