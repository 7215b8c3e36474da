"""What is wrong is found by types, not by a library's words: whatever msgspec refuses is explained,
and nothing else.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from msgspec import inspect

from maritime_app import domains
from maritime_app.errors import Invalid
from maritime_app.web.forms.field_errors import FieldError, Wrong, errors
from maritime_app.web.forms.validation import convert, in_words


class Deck(StrEnum):
    CAR = "car"
    SUN = "sun"


class Cabin(msgspec.Struct, forbid_unknown_fields=True):
    """One of each kind of type."""

    deck: Deck
    beds: Annotated[int, msgspec.Meta(ge=1, le=4)]
    price: Annotated[float, msgspec.Meta(gt=0, lt=1000)] = 1.0
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=5, pattern="^[a-z]*$")] = "abc"
    window: bool = False
    free_from: dt.date | None = None
    booked_at: dt.datetime | None = None
    operator: UUID | None = None
    side: Literal["port", "starboard"] = "port"
    keys: Literal[1, 2] = 1
    tags: Annotated[list[str], msgspec.Meta(max_length=2)] = []
    corner: tuple[int, int] = (0, 0)
    extras: dict[str, int] = {}
    twin: "Cabin | None" = None


CABIN = {"deck": "car", "beds": 2}


def test_it_works():
    assert errors(CABIN, Cabin, strict=True) == []
    assert errors({"deck": "car"}, Cabin, strict=True) == [FieldError("beds", Wrong.MISSING)]


@pytest.mark.parametrize(
    ("field", "value", "path", "wrong", "bound"),
    [
        ("deck", "pool", "deck", Wrong.NO_CHOICE, None),
        ("deck", 4, "deck", Wrong.NO_CHOICE, None),
        ("beds", 0, "beds", Wrong.TOO_SMALL, 1),
        ("beds", 5, "beds", Wrong.TOO_LARGE, 4),
        ("beds", 2.5, "beds", Wrong.NO_INTEGER, None),
        ("beds", "2", "beds", Wrong.NO_INTEGER, None),
        ("beds", None, "beds", Wrong.NO_INTEGER, None),
        ("price", 0, "price", Wrong.TOO_SMALL, 0),
        ("price", 1000, "price", Wrong.TOO_LARGE, 1000),
        ("price", "cheap", "price", Wrong.NO_NUMBER, None),
        ("name", "a", "name", Wrong.TOO_SHORT, 2),
        ("name", "abcdef", "name", Wrong.TOO_LONG, 5),
        ("name", "ABC", "name", Wrong.NO_PATTERN, None),
        ("name", 7, "name", Wrong.NO_TEXT, None),
        ("window", "yes", "window", Wrong.NO_BOOLEAN, None),
        ("name", "a\u200bb", "name", Wrong.UNSEEN, None),
        ("free_from", "tomorrow", "free_from", Wrong.NO_DATE, None),
        ("free_from", "2027-02-29", "free_from", Wrong.NO_DAY, None),
        ("free_from", "2027-2-9", "free_from", Wrong.NO_DATE, None),
        ("booked_at", "noon", "booked_at", Wrong.NO_INSTANT, None),
        ("operator", "NDL", "operator", Wrong.NO_ID, None),
        ("side", "top", "side", Wrong.NO_CHOICE, None),
        ("keys", True, "keys", Wrong.NO_CHOICE, None),  # to Python it is 1
        ("keys", 1.0, "keys", Wrong.NO_CHOICE, None),
        ("tags", "a", "tags", Wrong.NO_LIST, None),
        ("tags", ["a", "b", "c"], "tags", Wrong.TOO_MANY, 2),
        ("tags", ["a", 1], "tags[1]", Wrong.NO_TEXT, None),
        ("corner", [1], "corner", Wrong.TOO_FEW, 2),
        ("corner", [1, "x"], "corner[1]", Wrong.NO_INTEGER, None),
        ("extras", [], "extras", Wrong.NO_OBJECT, None),
        ("extras", {"sauna": "x"}, "extras.sauna", Wrong.NO_INTEGER, None),
        ("twin", {"deck": "car"}, "twin.beds", Wrong.MISSING, None),
        ("pool", True, "pool", Wrong.UNKNOWN, None),
    ],
)
def test_what_is_wrong_where(field, value, path, wrong, bound):
    found = errors({**CABIN, field: value}, Cabin, strict=True)

    assert found == [FieldError(path, wrong, bound)]
    assert in_words(found[0])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("windw", "window"),
        ("extrsa", "extras"),
        ("Window", "window"),
        ("deks", ""),
        ("x" * 9_999, ""),
    ],
)
def test_a_slip_of_the_pen_is_said(name, meant):
    (found,) = errors({**CABIN, "twin": {**CABIN, name: 1}}, Cabin, strict=True)

    assert found == FieldError(f"twin.{name}", Wrong.UNKNOWN, example=meant)
    assert meant in in_words(found)


def test_a_pattern_is_explained_by_its_example():
    code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", examples=["GR"])]

    (found,) = errors("Greece", code, strict=True)

    assert found == FieldError("", Wrong.NO_PATTERN, example="GR")
    assert "GR" in in_words(found)


@pytest.mark.parametrize("day", ["0001-01-01", "0999-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_goes_on_from_is_refused(day):
    """The day before the first one, and the hour of the last one in UTC, are none in Python."""
    for field, value in (("free_from", day), ("booked_at", f"{day}T00:00:00+14:00")):
        with pytest.raises(Invalid) as refused:
            convert({**CABIN, "twin": {**CABIN, field: value}}, Cabin, strict=True)
        assert list(refused.value.fields) == [f"twin.{field}"]


@pytest.mark.parametrize("day", ["1000-01-01", "2999-12-31"])
def test_a_day_within_reach_is_taken(day):
    taken = convert({**CABIN, "free_from": day}, Cabin, strict=True)

    assert str(taken.free_from) == day


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("beds", "2", None),
        ("window", "true", None),
        ("price", "2.5", None),
        ("beds", "many", Wrong.NO_INTEGER),
        ("beds", "9", Wrong.TOO_LARGE),
    ],
)
def test_a_form_writes_numbers_as_text(field, value, wrong):
    found = errors({**CABIN, field: value}, Cabin, strict=False)

    assert [error.wrong for error in found] == ([wrong] if wrong else [])


QUESTIONS = {kind for route in domains.ROUTES for kind in (route.query, route.body) if kind}
KINDS = [Cabin, *sorted(QUESTIONS, key=lambda kind: kind.__name__)]


def names_of(kind):
    """Every name of a field in the struct and the structs inside."""
    names, waiting = set(), [inspect.type_info(kind)]
    seen = []
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.append(one)
        if isinstance(one, inspect.StructType):
            names |= {field.encode_name for field in one.fields}
            waiting += [field.type for field in one.fields]
        for name in ("type", "item_type", "value_type"):
            waiting += [getattr(one, name)] if hasattr(one, name) else []
        waiting += getattr(one, "types", ())
    return sorted(names)


LEAVES = (
    st.none() | st.booleans() | st.integers(-10, 300) | st.floats(allow_nan=False, width=16)
) | st.sampled_from(
    [
        "", "a", "2", "car", "2027-05-31", "2027-05-31T12:00:00Z", "EUR", "GRPIR", "adult",
        "x" * 300,
        "00000000-0000-0000-0000-000000000000", "ada@maritime.example",
    ]
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_whatever_msgspec_refuses_is_explained_and_nothing_else(kind):
    keys = st.sampled_from([*names_of(kind), "unheard_of"])
    values = st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=12,
    )

    @settings(max_examples=120, deadline=None)
    @given(st.dictionaries(keys, values, max_size=8) | values, st.booleans())
    def check(raw, strict):
        found = errors(raw, kind, strict=strict)
        assert bool(found) == refuses(raw, kind, strict)

    check()


def refuses(raw, kind, strict):
    try:
        msgspec.convert(raw, kind, strict=strict)
    except msgspec.ValidationError:
        return True
    return False
