"""The style page draws every piece that pages share: the next one that it does not is found here.

A piece is a macro, or a file that others include, below templates/ in a file whose name begins with
an underscore, as far as it writes elements.
"""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.runtime import Macro

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOT_ON_SCREENS = ("emails", "mails")
ELEMENT = re.compile(r"<[a-z]")
_FORM = "one page's form, put together of fields, which are shown"
_TABLE = "one page's table or list of facts, of its own figures; tables and lists are shown"
_FRAME = "what a page loads, not what it shows; the map inside is drawn by itself"
# Pieces that are shown on their own page only, and why.
ELSEWHERE: dict[str, str] = {
    **{
        f"bookings/_change_form.html:{name}": _FORM
        for name in ("addition", "extras", "fewer_berths", "legs", "people", "vehicles")
    },
    **{f"bookings/_code_pieces.html:{name}": _FORM for name in ("code_by_mail", "send_code")},
    "bookings/_give_up.html": _FORM,
    **{
        f"bookings/sailings/_price_pieces.html:{name}": _FORM
        for name in ("list_fields", "route_choice")
    },
    **{
        f"bookings/_companion.html:companion_{name}": _FRAME
        for name in ("beside", "head", "scripts")
    },
    **{
        f"ports/{name}": _TABLE
        for name in (
            "_anomaly.html:anomaly_change", "_container_index.html", "_facts.html",
            "_ranking.html", "_series.html", "_time_in_port.html",
            "_time_in_port.html:figure_cell",
        )
    },
    "vessels/_congestion.html": _TABLE,
    "vessels/_congestion.html:part_amount": _TABLE,
    **{f"vessels/_ship_{name}.html": _TABLE for name in ("calls", "report", "told")},
}  # fmt: skip


def files():
    for file in sorted(TEMPLATES.rglob("_*.html")):
        name = str(file.relative_to(TEMPLATES))
        is_on_screens = not set(file.relative_to(TEMPLATES).parts) & set(NOT_ON_SCREENS)
        if is_on_screens and not name.startswith("ops/style_page/"):
            yield name, Environment(extensions=["jinja2.ext.i18n"]).parse(file.read_text())


def writes_elements(node):
    """Whether there is an element in what stands there, macros apart."""
    if isinstance(node, nodes.TemplateData):
        return bool(ELEMENT.search(node.data))
    inner = (child for child in node.iter_child_nodes() if not isinstance(child, nodes.Macro))
    return any(map(writes_elements, inner))


def pieces():
    """Every piece as "file" or "file:macro"."""
    for name, tree in files():
        if writes_elements(tree):
            yield name
        for macro in tree.find_all(nodes.Macro):
            if any(map(writes_elements, macro.body)):
                yield f"{name}:{macro.name}"


@pytest.fixture
async def drawn(client, monkeypatch):
    """The pieces that are drawn while the style page is, whoever calls them."""
    found: set[tuple[str, str]] = set()
    invoke = Macro._invoke

    def noted(macro, arguments, autoescape):
        found.add((macro._func.__code__.co_filename, macro.name))
        return invoke(macro, arguments, autoescape)

    monkeypatch.setattr(Macro, "_invoke", noted)
    async with client.get("/design?lang=en") as answer:
        assert answer.status == 200
    macros = {f"{file.partition('/templates/')[2]}:{name}" for file, name in found}
    return macros | included()


def included():
    """The files that the style page includes, or what it includes does."""
    found: set[str] = set()
    todo = ["ops/style_page.html", "web/layout.html"]
    while todo:
        text = (TEMPLATES / todo.pop()).read_text()
        new = set(re.findall(r'\{% include "([^"]+)"', text)) - found
        found |= new
        todo += new
    return found


async def test_it_works(drawn):
    assert set(pieces()) - drawn - set(ELSEWHERE) == set()


async def test_what_is_named_is_there_and_not_drawn(drawn):
    assert set(ELSEWHERE) <= set(pieces())
    assert set(ELSEWHERE) & drawn == set()


def test_a_new_piece_would_be_found():
    """The control: words alone are none, an element makes one."""
    env = Environment()
    words = env.parse("{% macro a() %}{{ b }} kn{% endmacro %}")
    element = env.parse("{% macro a() %}{% if b %}<p>{{ b }}</p>{% endif %}{% endmacro %}")

    assert not any(map(writes_elements, next(words.find_all(nodes.Macro)).body))
    assert any(map(writes_elements, next(element.find_all(nodes.Macro)).body))
    assert not writes_elements(element)  # what is in a macro is the macro's
