"""A form with errors comes back with all of them at once, each with a link to its field."""

import html
import re

import pytest

from maritime_app.bookings.checkout import error_summary
from tests import booked
from tests.factories import a_sailing

LINK = re.compile(r'<a href="#(f-[\w-]+)">\s*(.*?)\s*</a>', re.DOTALL)


async def test_it_works(client, db):
    """Terms, a surname, a birth date and the address: one answer names them all."""
    fields = await booked.filled_form(client, await a_sailing(db))
    wrong = fields | {
        "passengers-0-family_name": "",
        "passengers-0-birth_date": "",
        "contact-email": "nobody",
    }
    del wrong["terms"]

    page = await refused(client, wrong)

    assert [target for target, _words in links(page)] == [
        "f-passengers-0-family_name",
        "f-passengers-0-birth_date",
        "f-contact-email",
        "f-terms",
    ]
    assert links(page)[0][1] == "Passenger 1: Surname: This is required."
    assert re.search(r"<title>\s*Error:\s+Your booking", page)


async def test_every_link_leads_to_a_field_that_is_marked(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))
    wrong = fields | {
        "passengers-0-nationality": "Atlantis",
        "contact-phone": "x" * 60,
    }
    del wrong["terms"]

    page = await refused(client, wrong)

    assert len(links(page)) == 3
    assert links(page)[0][1] == "Passenger 1: Nationality: Please choose a country from the list."
    for target, _words in links(page):
        (field,) = re.findall(rf'<input[^>]*id="{target}"[^>]*>', page)
        assert 'aria-invalid="true"' in field
        (note,) = re.findall(r'aria-describedby="([\w-]+)"', field)
        assert f'id="{note}"' in page


async def test_what_was_typed_is_kept(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))
    page = await refused(client, fields | {"contact-email": "nobody"})

    assert 'value="Berg"' in page
    assert 'value="nobody"' in page


async def test_a_form_without_errors_has_no_summary(client, db):
    sailing = await a_sailing(db)
    async with client.get("/bookings/new", params={"out": str(sailing), "adults": 1}) as answer:
        page = await answer.text()

    assert "error-summary" not in page
    assert not re.search(r"<title>\s*Error", page)


@pytest.mark.parametrize(
    ("path", "target", "where"),
    [
        ("passengers[1].birth_date", "f-passengers-1-birth_date", "Passenger 2: Birth date"),
        ("vehicles[0].plate", "f-vehicles-0-plate", "Vehicle 1: Number plate"),
        ("contact.email", "f-contact-email", "E-mail"),
        ("terms", "f-terms", "Conditions"),
        ("legs[0].cabin", "f-legs-0-cabin", ""),
        ("something", "f-something", ""),
    ],
)
def test_where_an_error_is(path, target, where):
    (link,) = error_summary.links({path: "This is required."})
    assert (link.target, link.where) == (target, where)


def test_errors_are_in_the_order_of_the_form():
    paths = ["terms", "contact.phone", "passengers[10].given_name", "passengers[2].birth_date"]
    targets = [link.target for link in error_summary.links(dict.fromkeys(paths, "wrong"))]
    assert targets == [
        "f-passengers-2-birth_date",
        "f-passengers-10-given_name",
        "f-contact-phone",
        "f-terms",
    ]


async def refused(client, fields):
    """The page that comes back."""
    async with client.post("/bookings", data=fields, allow_redirects=False) as answer:
        assert answer.status == 422
        return await answer.text()


def links(page):
    """The links of the summary: where they lead, and their words."""
    return [(target, " ".join(html.unescape(text).split())) for target, text in LINK.findall(page)]


async def test_what_only_the_sale_would_refuse_is_said_with_the_rest(client, db):
    """An unreachable address, a name that no ticket shows, cabins too small, beside a missing
    name and terms: one round, not five.
    """
    fields = await booked.filled_form(client, await a_sailing(db))
    wrong = fields | {
        "passengers-0-family_name": "",
        "passengers-1-given_name": "😀",
        "passengers-1-birth_date": "1700-01-01",
        "contact-email": "ada@localhost",
        "contact-phone": "12",
        "buyer-company": "Lund",
        "buyer-vat_id": "?",
    }
    del wrong["terms"]

    page = await refused(client, wrong)

    assert {target for target, _words in links(page)} >= {
        "f-passengers-0-family_name",
        "f-passengers-1-given_name",
        "f-passengers-1-birth_date",
        "f-contact-email",
        "f-contact-phone",
        "f-buyer-vat_id",
        "f-terms",
    }


async def test_too_few_berths_are_said_with_the_rest(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))
    people = {
        f"passengers-2-{name}": text
        for name, text in {
            "kind": "adult",
            "given_name": "Liv",
            "family_name": "Lund",
            "birth_date": "2000-06-09",
        }.items()
    }
    wrong = fields | people | {"legs-0-cabin_inside2": "1", "contact-email": "ada@localhost"}

    page = await refused(client, wrong)

    assert [target for target, _words in links(page)] == ["f-legs-0-cabins", "f-contact-email"]


async def test_what_was_wrong_is_said_again_after_a_reload(client, db):
    sailing = await a_sailing(db)
    fields = await booked.filled_form(client, sailing)
    await refused(client, fields | {"contact-email": "ada@localhost"})

    async with client.get(f"/bookings/new?out={sailing}&adults=2") as answer:
        page = await answer.text()

    assert [target for target, _words in links(page)] == ["f-contact-email"]
