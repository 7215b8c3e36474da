"""Pure: /sitemap.xml (https://www.sitemaps.org/protocol.html), each page with its address in every
language (https://developers.google.com/search/docs/specialty/international/localized-versions).
"""

from collections.abc import Iterable, Sequence

from maritime_app.formats.xml_text import escape, quoteattr

MOST_PAGES = 50_000 // 6  # the protocol's limit for a file, with room for every language
PAGES = ("/", "/ferries", "/vessels", "/ports", "/help", "/privacy")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def sitemap(site: str, paths: Iterable[str], languages: Sequence[str]) -> str:
    """Return the file for these paths of the site."""
    pages = list(paths)[:MOST_PAGES]
    return _HEAD + "".join(_page(site, path, languages) for path in pages) + "</urlset>\n"


def _page(site: str, path: str, languages: Sequence[str]) -> str:
    sign = "&" if "?" in path else "?"
    by_language = {code: f"{site}{path}{sign}lang={code}" for code in languages}
    links = "".join(
        f'  <xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>\n'
        for code, address in {"x-default": site + path, **by_language}.items()
    )
    return "".join(
        f"<url>\n  <loc>{escape(address)}</loc>\n{links}</url>\n"
        for address in by_language.values()
    )
