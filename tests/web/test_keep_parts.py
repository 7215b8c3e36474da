"""Parts of pages that say the same to everybody are rendered once for each language."""

import jinja2
import pytest
from markupsafe import Markup

from maritime_app import i18n
from maritime_app.web.templates.kept_parts import KeptParts, render_each_time

pytestmark = pytest.mark.pure
PAGE = """{% call kept_part("foot", state) %}{{ drawn(state) }}{% endcall %} for {{ reader }}"""


class Pages:
    """A page with a part that is kept; `drawn` has what was rendered of it."""

    def __init__(self, kept_part):
        self.drawn = []
        env = jinja2.Environment(autoescape=True)
        env.globals.update(kept_part=kept_part, drawn=self._draw)
        self._page = env.from_string(PAGE)

    def _draw(self, state):
        self.drawn.append((i18n.current(), state))
        return Markup("<i>{} {}</i>").format(i18n.current(), state)

    def read(self, state="live", reader="Ada", language="en"):
        with i18n.using(language):
            return self._page.render(state=state, reader=reader)


def test_it_works():
    pages = Pages(KeptParts())

    assert pages.read(reader="Ada") == "<i>en live</i> for Ada"
    assert pages.read(reader="Bo") == "<i>en live</i> for Bo"
    assert pages.drawn == [("en", "live")]


def test_another_language_and_another_value_have_their_own():
    pages = Pages(KeptParts())

    assert pages.read(language="el") == "<i>el live</i> for Ada"
    assert pages.read() == "<i>en live</i> for Ada"
    assert pages.read(state="off") == "<i>en off</i> for Ada"
    assert pages.read(language="el") == "<i>el live</i> for Ada"
    assert pages.drawn == [("el", "live"), ("en", "live"), ("en", "off")]


def test_what_nobody_asked_for_lately_gives_way(monkeypatch):
    monkeypatch.setattr("maritime_app.web.templates.kept_parts._MOST", 2)
    pages = Pages(KeptParts())
    for state in ("a", "b", "a", "c", "a", "b"):
        pages.read(state=state)

    assert [state for _, state in pages.drawn] == ["a", "b", "c", "b"]


def test_who_changes_templates_sees_each_change_at_once():
    pages = Pages(render_each_time)

    assert [pages.read(), pages.read()] == ["<i>en live</i> for Ada"] * 2
    assert len(pages.drawn) == 2
