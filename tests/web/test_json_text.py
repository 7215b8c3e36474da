"""JSON is read to plain values only where each object has each name once."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from maritime_app.errors import Invalid
from maritime_app.web.forms import json_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_it_works():
    body = b'{"legs": [{"id": "a:b"}, {"id": "a:c"}], "at": "12:30"}'

    assert json_text.decode(body) == {"legs": [{"id": "a:b"}, {"id": "a:c"}], "at": "12:30"}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"pets": 1, "pets": 1}', "pets"),
        (b'{"contact": {"email": "a", "email": "b"}}', "contact.email"),
        (b'[{"a": 1}, {"b": 1, "c": 2, "b": 3}]', "[1].b"),
        (b'{"passengers": [{"name": "A"}, {"name": "B", "name": "C"}]}', "passengers[1].name"),
        (b'{"x": [[{}, {"y": {"z": 1, "z": 2}}]]}', "x[0][1].y.z"),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', "a"),  # the outermost,
        (b'{"a": ":", "a": 1, "b": "\\u003a"}', "a"),  # the escape is one more colon when written
        (b'{"pets": 1, "p\\u0065ts": 2}', "pets"),
        (b'{"": 1, "": 2}', ""),
        (b'{"a": {"x": ":::"}, "a": {}}', "a"),
        (b'{"a":1e308,"n":123456789012345678901234567890,"a":2}', "a"),
    ],
)
def test_a_name_that_an_object_has_twice_is_named(body, name):
    with pytest.raises(Invalid) as refused:
        json_text.decode(body)

    assert refused.value.code == "repeated_name"
    assert list(refused.value.fields) == [name]


@settings(max_examples=40)
@given(PLAIN, st.booleans())
def test_whatever_has_each_name_once_is_read(value, only_ascii):
    assert json_text.decode(json.dumps(value, ensure_ascii=only_ascii).encode()) == value


@settings(max_examples=40)
@given(st.dictionaries(st.text(), PLAIN, min_size=1), st.data(), st.booleans())
def test_whatever_has_one_twice_is_refused(value, data, only_ascii):
    twice = data.draw(st.sampled_from(sorted(value)))
    written = [
        f"{json.dumps(name, ensure_ascii=only_ascii)}: {json.dumps(value[name])}"
        for name in (*value, twice)
    ]

    with pytest.raises(Invalid, match="given twice"):
        json_text.decode(f'{{"x": {{{", ".join(written)}}}}}'.encode())


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1", b"\xff", b"NaN", b'{"a": 1e999}', b"[" * 100_000, b'"\\ud800"', b"{a: 1}"],
)
def test_what_is_no_json(body):
    with pytest.raises(Invalid) as refused:
        json_text.decode(body)

    assert refused.value.code == "not_json"
