"""Whom we write to and what travellers are called: refused before the sale, or good for the ticket,
every mail and the look-up.
"""

import pytest

from maritime_app.bookings import contacts
from maritime_app.bookings.model import BookingRequest, Contact, LegRequest, PassengerRequest
from maritime_app.errors import Invalid
from tests.factories import ADA, a_sailing, an_ask, book

LANGUAGES = ("en", "de", "el", "fr", "it", "ar")
REACHED = (
    "ada@example.org",
    "ada+ferry@example.org",
    "o'neill@example.org",
    "a%b@x.org",
    "a.b@münchen.de",
    "a@xn--mnchen-3ya.de",
    "δοκιμή@παράδειγμα.ελ",
)
UNREACHED = (
    "ada@example..org",
    ".ada@example.org",
    "a@b.co\n",
    "a,b@example.org",
    "a;b@x.org",
    "(c)a@x.org",
    "a\\@x.org",
    "a\x01@x.org",
    "a\u202eb@x.org",
    "ada@example.org\u200b",
    "a@localhost",
    "ada@-x.org",
)


def test_it_works():
    checked = contacts.checked(asked(language="de-AT", phone=" +30 210 1234567 "), LANGUAGES)

    assert checked.contact == Contact("ada@example.org", "+30 210 1234567", "de")


@pytest.mark.parametrize("email", REACHED)
def test_an_address_that_mail_reaches(email):
    assert contacts.checked(asked(email=email), LANGUAGES).contact.email == email


@pytest.mark.parametrize("email", UNREACHED)
def test_an_address_that_reaches_nobody_or_two(email):
    assert refused(asked(email=email)) == ["contact.email"]


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("00302101234567", "00302101234567"),
        ("+1 (555) 123-4567 ext. 5", "+1 (555) 123-4567 ext. 5"),
        ("210 1234567 X5", "210 1234567 X5"),
        ("+30 210 1234567;ext=5", "+30 210 1234567;ext=5"),
        ("(+30) 210 1234567", "(+30) 210 1234567"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("+30\u00a0210\u202f1234\u2011567", "+30 210 1234-567"),  # copied from a page
        ("＋３０２１０１２３４５６７", "+302101234567"),
    ],
)
def test_a_number_as_people_write_it(phone, kept):
    assert contacts.checked(asked(phone=phone), LANGUAGES).contact.phone == kept


@pytest.mark.parametrize(
    "phone", ["abc", "++--", "😀", "\n", "+30\u202e12345", "1" * 40, "12", "x12345678", "(+)"]
)
def test_no_number(phone):
    assert refused(asked(phone=phone)) == ["contact.phone"]


@pytest.mark.parametrize(
    "language", ["xx", "sv", "", "../../x", "<script>", "en\n", "en-", "en--us"]
)
def test_a_language_that_nobody_writes_here(language):
    assert refused(asked(language=language)) == ["contact.language"]


@pytest.mark.parametrize("name", ["123", "...", "😀"])
def test_a_name_without_a_letter_is_no_name(name):
    assert refused(asked(name=name)) == ["passengers[0].given_name", "passengers[0].family_name"]


UNSEEN = ["\u3164", "\u115f\u1160", "\uffa0", "Ada\u061c", "Ad\u00ada", "A\u034f", "\u202eadA"]


@pytest.mark.parametrize("name", UNSEEN)
async def test_a_name_of_which_nothing_is_seen(client, db, name):
    """Letters by Unicode's word, and an empty line on the ticket."""
    ask = an_ask(await a_sailing(db), people=[{**ADA, "given_name": name}])
    async with client.post("/api/v1/bookings", json=ask) as answer:
        told = await answer.json()

    assert (answer.status, told["errors"]) == (
        422,
        {"passengers[0].given_name": "This has characters that nobody can see."},
    )


# Where a joiner is seen in its neighbours (RFC 5892, appendices A.1 and A.2), and where it is not.
JOINED = [
    "علی\u200cرضا",
    "लक्ष्\u200dमी",
    "മോഹന്\u200d",
    "ක්\u200dරිෂාන්",
    "র\u200d্যাচেল",
    "क्\u200cषत्रिय",
]
STRAY = [
    "Ad\u200ca",
    "Ada\u200d",
    "علی\u200c",
    "علی\u200c رضا",
    "م\u200dم",
    "क\u200dष",
    "က\u200cခ\U000e0fff",
]


@pytest.mark.parametrize("name", JOINED)
async def test_a_name_that_is_written_with_joiners_is_booked_and_found_without(client, db, name):
    people = [{**ADA, "given_name": name, "family_name": name}]
    booking = await book(client, an_ask(await a_sailing(db), people=people))

    params = {"surname": name.replace("\u200c", "").replace("\u200d", "")}
    path = f"/api/v1/bookings/{booking['reference']}"
    async with client.get(path, params=params) as answer:
        assert answer.status == 200
        assert (await answer.json())["passengers"][0]["family_name"] == name


@pytest.mark.parametrize("name", STRAY)
def test_a_joiner_that_nobody_can_see_is_refused(name):
    assert refused(asked(name=name)) == ["passengers[0].given_name", "passengers[0].family_name"]


@pytest.mark.parametrize("plate", ["   ", "\u3164", "\u00a0"])
async def test_a_plate_without_a_character_is_no_plate(client, db, plate):
    car = {"kind": "car", "plate": plate}
    ask = an_ask(await a_sailing(db), vehicles=[car])
    async with client.post("/api/v1/bookings", json=ask) as answer:
        assert answer.status == 422, await answer.text()
        assert list((await answer.json())["errors"]) == ["vehicles[0].plate"]


@pytest.mark.parametrize(
    "name", ["-", "O'Neill-van der Berg", "李小龍", "<b>x</b>", "=cmd|' /C'!A0"]
)
def test_a_name_however_odd(name):
    assert contacts.checked(asked(name=name), LANGUAGES).passengers[0].family_name == name


@pytest.mark.parametrize(
    ("booked", "tried"),
    [
        ("Mu\u0308ller", "Müller"),
        ("Müller", "mueller"),
        ("Müller", "MULLER"),
        ("Παπαδοπούλου", "Παπαδοπουλου"),
        ("Παπαδοπούλου", "Papadopoulou"),
        ("Öz'İ", "özi"),
        ("-", "-"),
    ],
)
async def test_a_surname_is_found_in_all_its_spellings(client, db, booked, tried):
    booking = await book(
        client, an_ask(await a_sailing(db), people=[{**ADA, "family_name": booked}])
    )
    reference = f"{booking['reference'][:4]} {booking['reference'][4:].lower()}"

    params = {"surname": tried}
    async with client.get(f"/api/v1/bookings/{reference}", params=params) as answer:
        assert answer.status == 200


def asked(email="ada@example.org", phone=None, language="en", name="Lund"):
    return BookingRequest(
        legs=[LegRequest("x")],
        passengers=[PassengerRequest(name, name)],
        contact=Contact(email, phone, language),
    )


def refused(request):
    with pytest.raises(Invalid) as refusal:
        contacts.checked(request, LANGUAGES)
    return list(refusal.value.fields)


async def test_a_program_is_told_all_of_it_at_once(client, db):
    odd = {**ADA, "given_name": "😀"}
    ask = an_ask(await a_sailing(db), people=[odd])
    contact = {"email": "ada@example.org", "phone": "12"}
    ask |= {"contact": contact, "buyer": {"company": "Lund", "vat_id": "?"}}
    async with client.post("/api/v1/bookings", json=ask) as answer:
        told = await answer.json()

    assert answer.status == 422
    assert {"contact.phone", "passengers[0].given_name", "buyer.vat_id"} <= set(told["errors"])
