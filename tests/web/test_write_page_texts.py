"""Texts of pages are what Jinja's own extension would make of them; each is looked up once."""

import jinja2
import pytest

from maritime_app import i18n
from maritime_app.web.templates import page_texts

pytestmark = pytest.mark.pure
WRITTEN = (
    """{{ _("Ferries") }}""",
    """{{ _("The <b> & 100%%") }}""",
    """{{ _("Found for “%(q)s”", q=q) }}""",
    """{{ gettext("Page %(page)s of %(pages)s", page=1, pages=q) }}""",
    """{{ ngettext("%(num)s ship", "%(num)s ships", count) }}""",
    """{{ ngettext("%(num)s ship of %(q)s", "%(num)s ships of %(q)s", count, q=q) }}""",
    """{{ _(q) }}""",
)


def environment(install):
    env = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    install(env)
    return env


def of_jinja(env):
    env.install_gettext_callables(i18n.translate, i18n.translate_plural, newstyle=True)


@pytest.mark.parametrize("source", WRITTEN)
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_it_works(source, language):
    ours, theirs = environment(page_texts.install), environment(of_jinja)
    for count in (0, 1, 2, 11):
        with i18n.using(language):
            values = {"q": "<i>Æ</i>", "count": count}
            expected = theirs.from_string(source).render(values)
            assert ours.from_string(source).render(values) == expected


@pytest.mark.parametrize(
    ("language", "written"), [("en", "5,972 ships"), ("de", "5.972 ships"), ("it", "5.972 ships")]
)
def test_a_count_is_written_as_the_reader_writes_numbers(language, written):
    env = environment(page_texts.install)
    page = env.from_string("""{{ ngettext("%(num)s ships", "%(num)s ships", 5972) }}""")
    with i18n.using(language):
        assert page.render() == written


def test_each_text_is_looked_up_once(monkeypatch):
    looked_up = []

    def translate(text):
        looked_up.append(text)
        return text

    monkeypatch.setattr(i18n, "translate", translate)
    env = environment(page_texts.install)

    pages = [env.from_string("""{{ _("Only here") }}""").render() for _ in range(3)]
    assert pages == ["Only here"] * 3
    assert looked_up == ["Only here"]
