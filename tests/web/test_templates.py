"""Every template compiles, names only files that exist, keeps to the content security policy."""

import asyncio
import re
from pathlib import Path

import jinja2
import pytest

from maritime_app import domains
from maritime_app.app import serving
from maritime_app.formatting import FILTERS
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace

ROOT = Path(__file__).parents[2]
EVERYTHING = sorted(
    path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.*")
)
TEMPLATES = [
    name for name in EVERYTHING if not name.startswith("sandbox/")
]  # the sandbox brings its own filters
PAGES = [name for name in TEMPLATES if not name.startswith("emails/")]


@pytest.fixture(scope="module")
def env():
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
    )
    made.filters.update(FILTERS)
    return made


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_works(env, name):
    assert env.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_it_names_only_files_that_exist(env, name):
    text = source(name)
    for path in re.findall(r"""static\(["']([^"']+)["']\)""", text):
        assert (ROOT / "static" / path).is_file(), path
    for other in re.findall(r"""{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""", text):
        assert (ROOT / "templates" / other).is_file(), other


@pytest.mark.parametrize("name", PAGES)
def test_scripts_are_files_and_handlers_are_not_written_into_the_page(name):
    text = source(name)
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    allowed = (
        '<script type="importmap">',
        '<script type="application/json"',
        '<script type="application/ld+json"',
    )
    assert [tag for tag in inline if not tag.startswith(allowed)] == []
    assert re.findall(r"\son[a-z]+=", text) == []
    assert "javascript:" not in text


@pytest.mark.parametrize("name", [name for name in PAGES if "/mails/" not in name])
def test_styles_are_files(name):
    """Mail programs need styles in the text; a browser refuses them here by the policy."""
    assert re.findall(r"""\sstyle=["']|<style""", source(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_forms_that_change_something_carry_the_token(name):
    for form in re.findall(r"<form\b.*?</form>", source(name), re.DOTALL):
        if 'method="post"' in form:
            assert "csrf()" in form or "csrf_token()" in form


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".html")])
def test_words_can_be_translated(name):
    """No sentence of two words or more stands in a page outside gettext (names of file formats and
    places may).
    """
    text = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|<(script|style)\b.*?</\1>|<!--.*?-->",
        " ",
        source(name),
        flags=re.DOTALL,
    )
    loose = [part.strip() for part in re.findall(r">([^<>]+)<", text)]
    assert [part for part in loose if re.search(r"[A-Za-z]{3,}\s+[A-Za-z]{3,}", part)] == []


def source(name):
    return (ROOT / "templates" / name).read_text()


async def test_a_process_that_serves_compiles_its_pages_before_anybody_asks(settings, tmp_path):
    """To compile the layout alone takes a tenth of a second, in which nobody is answered."""
    elsewhere = replace(settings, paths={"var_dir": str(tmp_path)}, web={"port": 0})
    pages = [name for name in PAGES if "/mails/" not in name and not name.startswith("emails/")]
    async with (
        open_resources(elsewhere, domains.PARTS) as res,
        serving(res),
        asyncio.timeout(60),
    ):
        while len(list((tmp_path / "templates").glob("*.cache"))) < len(pages):
            await asyncio.sleep(0.05)
