"""Texts as pages write them: safe as HTML, with whatever is put in between escaped."""

from functools import lru_cache
from typing import Any, Final

import jinja2
from markupsafe import Markup

from maritime_app import formatting, i18n

# Every text of every page in six languages, and some more.
_MOST: Final = 32_768


def install(env: jinja2.Environment) -> None:
    """Make them what `_`, `gettext` and `ngettext` of the templates return.

    Jinja's own look a text up, mark and format it each time: 6 us for each of the 600 of the live
    map's page, more than half of what it cost.
    """
    env.install_gettext_callables(i18n.translate, i18n.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)


def _gettext(text: str, /, **variables: Any) -> Markup:
    """Return the text in the current language with its `%(name)s` filled in; `%%` is a `%`."""
    language = i18n.current()
    return _format(language, text) % variables if variables else _whole(language, text)


def _ngettext(one: str, many: str, count: int, /, **variables: Any) -> Markup:
    """Return the plural form for that count, which is its `%(num)s` as a reader writes it."""
    values = {"num": formatting.number(count), **variables}
    return Markup(i18n.translate_plural(one, many, count)) % values  # noqa: S704 - our own texts


@lru_cache(maxsize=_MOST)
def _format(_language: str, text: str) -> Markup:
    return Markup(i18n.translate(text))  # noqa: S704 - our own texts


@lru_cache(maxsize=_MOST)
def _whole(language: str, text: str) -> Markup:
    return _format(language, text) % {}
