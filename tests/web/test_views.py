"""Views and their templates: each says what the other needs. A view names its template at the
beginning of its docstring.
"""

import importlib
import re
from pathlib import Path

import jinja2
import msgspec
import pytest
from jinja2 import meta, nodes

from maritime_app.formatting import FILTERS

ROOT = Path(__file__).parents[2]
# What every template gets: by web/render.py, and by the extension for texts.
ALWAYS = {
    "_", "gettext", "ngettext", "static", "vendor", "import_map", "sandbox", "sandboxed",
    "languages", "language_name", "lang", "dir", "request_path", "in_language", "csrf_token",
    "signed_in", "public_url", "kept_part", "dict", "range", "namespace",
}  # fmt: skip
# What a template asks for with `default`: nobody need give it.
OPTIONAL = {"section", "canonical_path", "breadcrumbs", "card", "language_form"}
ENV = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ROOT / "templates"),
    extensions=["jinja2.ext.i18n"],
    autoescape=True,
)
ENV.filters.update(FILTERS)


def views():
    """Every view that names its template."""
    for file in sorted((ROOT / "maritime_app").rglob("views.py")):
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                named = re.match(r"templates/(\S+?\.html)", kind.__doc__ or "")
                if named and kind.__module__ == module.__name__:
                    yield pytest.param(kind, named[1], id=kind.__name__)


VIEWS = list(views())


def parsed(name):
    return ENV.parse((ROOT / "templates" / name).read_text())


def behind(tree):
    """The templates that this one extends or includes, and those it takes pieces from."""
    frames: set[str] = set()
    pieces: set[str] = set()
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport)):
        if isinstance(node.template, nodes.Const):
            (pieces if isinstance(node, nodes.FromImport) else frames).add(node.template.value)
    return frames, pieces


def defined(tree):
    """The names that a template sets, imports and defines as macros."""
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)}
    for node in tree.find_all(nodes.FromImport):
        names |= {item if isinstance(item, str) else item[1] for item in node.names}
    return names


def wanted(name, *, with_pieces=False):
    """The variables that a template and what stands behind it take from outside."""
    tree = parsed(name)
    frames, pieces = behind(tree)
    own = defined(tree)
    names = meta.find_undeclared_variables(tree) - own  # a block does not see what stands around it
    for other in frames | (pieces if with_pieces else set()):
        names |= wanted(other, with_pieces=with_pieces) - own
    return names


@pytest.mark.parametrize(("kind", "template"), VIEWS)
def test_it_works(kind, template):
    """Nothing is missing: a page would fail before anybody reads it."""
    assert wanted(template) - {*kind.__struct_fields__} - ALWAYS - OPTIONAL == set()


@pytest.mark.parametrize(("kind", "template"), VIEWS)
def test_nothing_is_given_that_is_not_shown(kind, template):
    assert {*kind.__struct_fields__} - wanted(template, with_pieces=True) == set()


def test_a_missing_field_is_noticed():
    """The control."""
    assert "tokens" in wanted("accounts/tokens.html")
    assert "staff" in wanted("accounts/tokens.html")  # of the frame
    assert "section_of_ops" not in wanted("accounts/tokens.html")  # set there
