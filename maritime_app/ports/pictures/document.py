"""An SVG picture that can be passed on: what it shows, on which terms and where it is from stand
inside. Pure.

Source: w3.org/TR/SVG2. Colours are attributes: a picture takes no style sheet along.
"""

import textwrap
from collections.abc import Iterable
from typing import Final, Protocol

from maritime_app.formats.xml_text import escape, quoteattr

SEA: Final = "#0b6e8f"
INK: Final = "#0f2436"
SOFT: Final = "#5b6b77"
WARN: Final = "#b3541e"
SIDE: Final = 12.0
_TITLE_LETTERS, _LETTERS = 58, 104  # of a title and of a note in one line of 720
_TITLE_LINE, _NOTE_LINE = 22.0, 16.0


class Framed(Protocol):
    """What is said with a drawing: `notes` are source, as-of and unit; `invented` is the mark of
    figures that are, in words. `rtl`: its words are written from right to left.
    """

    @property
    def title(self) -> str: ...
    @property
    def subtitle(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def invented(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def rtl(self) -> bool: ...


def document(framed: Framed, drawing: Iterable[str], width: float, height: float) -> bytes:
    """Return a drawing of that size as a document of its own, between its title and its notes."""
    titles = textwrap.wrap(framed.title, _TITLE_LETTERS) or [""]
    notes = [line for note in framed.notes for line in textwrap.wrap(note, _LETTERS)]
    top = 20.0 + _TITLE_LINE * len(titles) + 22
    whole = top + height + _NOTE_LINE * (len(notes) + 1)
    size = f'width="{width:g}" height="{whole:g}" viewBox="0 0 {width:g} {whole:g}"'
    says = f"xml:lang={quoteattr(framed.language)} aria-label={quoteattr(framed.title)}"
    fonts = 'font-family="system-ui, sans-serif"'
    below = top + height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {says} {fonts}>',
        f"<title>{escape(framed.title)}</title>",
        f"<desc>{escape(chr(10).join((framed.subtitle, *framed.notes)))}</desc>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(
            words(line, 4 + _TITLE_LINE * number, width, rtl=framed.rtl, size=18, weight=700)
            for number, line in enumerate(titles, 1)
        ),
        words(framed.subtitle, 24 + _TITLE_LINE * len(titles), width, rtl=framed.rtl, colour=SOFT),
        f'<g transform="translate(0 {top:g})">',
        *drawing,
        _mark(framed.invented, width / 2, height / 2),
        "</g>",
        *(
            words(line, below + _NOTE_LINE * number, width, rtl=framed.rtl, colour=SOFT, size=11)
            for number, line in enumerate(notes, 1)
        ),
        "</svg>",
    ]
    return "\n".join(filter(None, parts)).encode()


def words(
    text: str,
    y: float,
    width: float,
    *,
    rtl: bool,
    size: int = 13,
    weight: int = 400,
    colour: str = INK,
    strong: str = "",
) -> str:
    """Return a line of text at the side where its language begins, `strong` behind it."""
    x, direction = (width - SIDE, "rtl") if rtl else (SIDE, "ltr")
    more = f' <tspan font-weight="700">{escape(strong)}</tspan>' if strong else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'direction="{direction}" text-anchor="start">{escape(text)}{more}</text>'
    )


def _mark(invented: str, x: float, y: float) -> str:
    """What cannot be cut off a picture of invented figures: it stands across the drawing."""
    if not invented:
        return ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="34" font-weight="700" fill="{WARN}" '
        f'fill-opacity="0.5" text-anchor="middle" transform="rotate(-12 {x:g} {y:g})">'
        f"{escape(invented)}</text>"
    )
