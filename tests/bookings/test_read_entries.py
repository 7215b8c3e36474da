"""What people and programs enter, at its edges: the rules alone, without a server."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from maritime_app.bookings.back_office import forms as desk_forms, views as staff_views
from maritime_app.bookings.back_office.model import EventKind
from maritime_app.bookings.back_office.timeline import titles
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pages import additions, form as change_form
from maritime_app.bookings.changes.pricing import wishes
from maritime_app.bookings.changes.pricing.requests import LegChange
from maritime_app.bookings.checkout import form, prices
from maritime_app.bookings.checkout.form import ChosenSailings
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.invoices import goodwill
from maritime_app.bookings.model import BookingItem, BookingStatus
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.pages.views import search_url
from maritime_app.bookings.pricing.house_inventory import HouseInventory
from maritime_app.bookings.printing.latin_names import latin_name
from maritime_app.bookings.sailings import forms, views as sailing_views
from maritime_app.bookings.travellers.words import country_code
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.model import OperatorKind, Party, Place, PriceReason, SailingStatus
from maritime_app.ferries.parties import party_of
from maritime_app.money import Money

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

OSLO = Place("NOOSL", "Oslo", "Europe/Oslo", "NO")
KIEL = Place("DEKEL", "Kiel", "Europe/Berlin", "DE")
NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Greece (GR)", "GR"),
        ("gr", "GR"),
        ("Greece", "GR"),
        (" germany ", "DE"),
        ("Atlantis", "Atlantis"),
        ("", ""),
    ],
)
def test_it_works(text, code):
    """A country, however somebody writes it."""
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("adults", "most", "words"),
    [(10, 9, "larger groups"), (1, 9, None), (9, 9, None)],
)
def test_a_party_of_the_form_has_a_size(adults, most, words):
    chosen, party = ChosenSailings(out="s"), Party(adults, 0, 0)
    if words is None:
        assert len(form.empty(chosen, party, "en", most)["passengers"]) == adults
        return
    with pytest.raises(Invalid, match=words):
        form.empty(chosen, party, "en", most)


def test_the_form_takes_over_the_party_of_the_search():
    chosen = ChosenSailings(out="s", adults=0, ages="15, 2", pets=1, vehicles="car:430:150:1400")
    read = form.empty(chosen, party_of(chosen), "en", 9)

    assert read["passengers"] == [{"kind": "infant", "age": "2"}, {"kind": "adult", "age": "15"}]
    assert read["pets"] == "1"
    assert read["vehicles"] == [
        {"kind": "car", "length_cm": 430, "height_cm": 150, "weight_kg": 1400}
    ]
    assert chosen.query() == ("out=s&ages=15%2C+2&pets=1&vehicles=car%3A430%3A150%3A1400&adults=0")


def test_what_is_no_list_has_no_rows():
    assert form.rows({"legs": "x"}, "legs") == []
    assert form.rows({"legs": [{"sailing_id": "s"}, "x"]}, "legs") == [{"sailing_id": "s"}]


def test_a_cabin_may_be_named_alone():
    assert prices._leg({"sailing_id": "s", "cabin": "inside2"}).cabins == (("inside2", 1),)
    assert prices._leg({"sailing_id": "s"}).cabins == ()


def test_a_leg_that_is_added_names_its_sailing():
    with pytest.raises(Invalid, match="choose a sailing"):
        wishes._legs(fake(legs=[fake(number=1)]), [LegChange(0)])


@pytest.mark.parametrize(
    ("text", "instant"),
    [("2027-06-01T14:00", "2027-06-01T14:00:00+02:00"), ("2027-06-01T12:00Z", "+00:00"),
     ("tomorrow", None)],
)  # fmt: skip
def test_times_are_those_of_the_quay_unless_they_say_otherwise(text, instant):
    if instant is None:
        with pytest.raises(Invalid, match="no date and time"):
            forms._instant("departed_at", text, OSLO)
        return
    assert forms._instant("departed_at", text, OSLO).endswith(instant)


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (lambda: desk_forms.goodwill({"amount": "much"}, "EUR"),
         {"amount_minor", "claimed_minor", "note"}),
        (lambda: desk_forms.cancellation({"fee": "1.005"}, "EUR"), {"fee_minor", "reason"}),
        (lambda: change_form.change_request(
            {"legs": [{"number": "1"}], "passengers": [{"given_name": "Ada"}], "pets": "many"}),
         {"passengers[0].birth_date", "passengers[0].family_name", "pets"}),
    ],
)  # fmt: skip
def test_all_that_cannot_be_read_is_said_at_once(read, wrong):
    with pytest.raises(Invalid, match="marked fields") as refused:
        read()
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize(
    ("name", "latin"),
    [("Ǽther", "AETHER"), ("Ӝanna", "ZHANNA"), ("Ǿrsted", "OERSTED"), ("Άννα", "ANNA")],
)
def test_a_letter_with_a_mark_is_spelt_as_the_letter(name, latin):
    assert latin_name(name) == latin


def test_a_search_finds_the_way_back_again():
    out = fake(origin=OSLO, destination=KIEL, departs_at=NOON)
    back = fake(origin=KIEL, destination=OSLO, departs_at=NOON + timedelta(days=3))
    there = fake(legs=[out], passengers=[], vehicles=[])
    assert "return_date" not in search_url(there)
    assert "return_date=2027-06-04" in search_url(
        fake(legs=[out, back], passengers=[], vehicles=[])
    )


async def test_what_only_stands_in_the_timetable_has_no_price():
    nothing: Any = None
    house = HouseInventory(nothing)
    with pytest.raises(Conflict, match="not sold here"):
        await house.price(fake(sailing=fake(fare=None)))
    with pytest.raises(NotFound):
        await house.sailing("no uuid")


def test_another_operators_leg_takes_nothing_of_ours():
    leg = fake(operator=fake(kind=OperatorKind.REMOTE))
    assert holds.places_of(fake(), leg) == []


def test_each_type_of_cabin_is_offered_at_its_lowest_price():
    def offer(*cabins):
        return [fake(type=kind, price=fake(amount_minor=minor)) for kind, minor in cabins]

    offered = [*offer(("b", 3), ("a", 2)), *offer(("a", 1)), *offer(("b", 3))]
    found = additions.cheapest(offered, lambda one: one.type)
    assert [(one.type, one.price.amount_minor) for one in found] == [("a", 1), ("b", 3)]


def test_goodwill_that_became_less_is_taken_from_where_it_was():
    items = [BookingItem(n, "adult", 1, Money(1000, "EUR"), PriceReason.FARE) for n in (1, 2)]
    said = [
        fake(item="goodwill", leg=n, reason=PriceReason.DISCOUNT, amount_minor=-400) for n in (1, 2)
    ]
    parts = goodwill.shares(300, items, said)
    assert (sum(parts.values()), parts[1, PriceReason.DISCOUNT]) == (300, 150)


@pytest.mark.parametrize(
    ("permissions", "more", "may"),
    [
        (frozenset(), {}, set()),
        ({"bookings.act"}, {"erased": NOON}, set()),
        ({"bookings.act"}, {}, {"note", "contact", "resend", "buyer", "cancel"}),
        ({"bookings.act"}, {"quote": None}, {"note", "contact", "resend", "buyer"}),
        ({"bookings.act"}, {"yours": False}, {"note", "resend"}),
        ({"bookings.act"}, {"status": BookingStatus.HELD}, {"note", "contact", "buyer", "cancel"}),
        ({"bookings.act"}, {"status": BookingStatus.EXPIRED, "quote": None}, {"note", "contact"}),
        ({"bookings.refund"}, {}, {"pay_again", "decide", "waive", "claim"}),
        ({"bookings.refund"}, {"money": 1}, {"pay_again", "decide", "waive", "claim", "refund"}),
        ({"bookings.refund"}, {"yours": False, "money": 1}, set()),
    ],
)
def test_what_staff_may_do_is_a_table(permissions, more, may):
    known = {"status": BookingStatus.CONFIRMED, "quote": 1, "yours": True, "money": 0} | more
    booking = fake(status=known["status"], erased_at=known.get("erased"))
    file = fake(
        booking=booking,
        quote=known["quote"],
        yours=known["yours"],
        refundable_minor=known["money"],
    )
    assert staff_views._may(fake(permissions=permissions), file) == may


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (EventKind.DISPUTE, "charge_refunded", "The bank's decision: charge_refunded"),
        (EventKind.REFUND, "cancelled", "A refund is owed"),
        (EventKind.BOOKING, "held", "Places were held"),
        (EventKind.TASK, "bookings.expire_hold", "bookings.expire_hold"),
    ],
)
def test_every_event_has_words(kind, name, words):
    assert titles.title(fake(kind=kind, name=name)) == words


@pytest.mark.parametrize("permissions", [frozenset(), frozenset({"sailings.act"})])
def test_only_who_may_act_on_a_sailing_sees_its_acts(permissions):
    sailing = fake(
        status=SailingStatus.SCHEDULED,
        origin=OSLO,
        destination=KIEL,
        departs_at=NOON,
        arrives_at=NOON,
        leaves_at=NOON,
        sales_close_at=NOON,
        expected_departs_at=None,
        expected_arrives_at=None,
        departed_at=None,
        arrived_at=None,
        reason=None,
        note=None,
    )
    shown = sailing_views.sailing_view(
        fake(permissions=permissions),
        sailing,
        NOON,
        entered={},
        errors={},
        refused="",
        acted="",
        message="",
    )
    assert bool(shown.may) is bool(permissions)


class Seller:
    """Holds at its price and until its time; what was given back."""

    def __init__(self, price_minor, expires_at=None):
        self.released = []
        self._held = fake(price=fake(amount_minor=price_minor), expires_at=expires_at)

    async def hold(self, _demand, _key):
        return self._held

    async def release(self, key):
        self.released.append(key)


@pytest.mark.parametrize("price_minor", [4300, 4400])
async def test_new_legs_elsewhere_are_all_held_or_none(monkeypatch, price_minor):
    """At another price than was offered, what is held already goes back."""
    sellers = {"NDL~1": Seller(4300, NOON), "THA~2": Seller(price_minor)}
    monkeypatch.setattr(ordering, "source_of", lambda _res, sailing_id: sellers[sailing_id])
    legs = [
        fake(
            is_remote=remote,
            demand=demand,
            offered_minor=4300,
            wanted=fake(number=number, sailing_id=sailing_id),
        )
        for number, sailing_id, remote, demand in (
            (1, "NDL~1", True, "party"),
            (2, "THA~2", True, "party"),
            (3, "NDL~3", True, None),  # as it is booked
            (4, "house", False, "party"),
        )
    ]
    plan = fake(legs=legs, booking=fake(reference="ABCDEFGH"))
    nothing: Any = None
    if price_minor == 4300:
        held = await ordering._hold_remotely(nothing, plan)
        assert (sorted(held.keys), held.expires_at) == ([1, 2], NOON - ordering._OPERATOR_MARGIN)
        assert not sellers["NDL~1"].released
        return
    with pytest.raises(Conflict) as changed:
        await ordering._hold_remotely(nothing, plan)
    assert changed.value.code == "price_changed"
    assert [len(one.released) for one in sellers.values()] == [1, 1]


def test_what_is_being_confirmed_elsewhere_is_not_changed():

    change = fake(status=ChangeStatus.ACCEPTED)
    booking = fake(status=BookingStatus.CONFIRMED, asked=None, change=change)
    with pytest.raises(Conflict) as open_still:
        ordering.check(booking)
    assert open_still.value.code == "change_open"
