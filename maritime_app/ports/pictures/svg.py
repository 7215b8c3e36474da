"""A chart as an SVG picture that can be passed on: what it is and where it is from stands inside.
Pure.

Source: w3.org/TR/SVG2. Colours are attributes: a picture takes no style sheet along.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from maritime_app.axes import Axes

_TOP, _LINE, _FOOT = 66.0, 16.0, 12.0
_LETTERS = 112  # of a note in one line
_SEA, _INK, _SOFT, _GRID, _WARN = "#0b6e8f", "#0f2436", "#5b6b77", "#d9e1e6", "#b3541e"
_COLOURS = (_SEA, "#b3541e", "#5b7f2b", "#7a4b94", "#946c00", "#41586b")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line by its path, where its newest figure is, and its name where there are several."""

    path: str
    last: tuple[float, float] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what must be said with it: `notes` are source, as-of and unit.

    `areas` lie behind the lines. `rtl`: its words are written from right to left.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]
    axes: Axes[date]
    strokes: tuple[Stroke, ...]
    areas: tuple[str, ...] = ()
    invented: str = ""  # the mark, in words; empty for real figures
    language: str = "en"
    rtl: bool = False


def svg(picture: Picture) -> bytes:
    """Return the picture as a document of its own."""
    axes = picture.axes
    notes = [line for note in picture.notes for line in textwrap.wrap(note, _LETTERS)]
    height = _TOP + axes.height + _LINE * (len(notes) + 1) + _FOOT
    size = f'width="{axes.width:g}" height="{height:g}" viewBox="0 0 {axes.width:g} {height:g}"'
    says = f"xml:lang={quoteattr(picture.language)} aria-label={quoteattr(picture.title)}"
    fonts = 'font-family="system-ui, sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {says} {fonts}>',
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(chr(10).join((picture.subtitle, *picture.notes)))}</desc>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _words(picture, picture.title, 26, size=18, weight=700),
        _words(picture, picture.subtitle, 46, colour=_SOFT),
        f'<g transform="translate(0 {_TOP:g})">',
        *_grid(axes),
        *(f'<path d="{area}" fill="{_SEA}" fill-opacity="0.14"/>' for area in picture.areas),
        *_strokes(picture.strokes),
        _mark(picture),
        "</g>",
        *(
            _words(picture, line, _TOP + axes.height + _LINE * number, colour=_SOFT, size=11)
            for number, line in enumerate(notes, 1)
        ),
        "</svg>",
    ]
    return "\n".join(filter(None, parts)).encode()


def _words(
    picture: Picture,
    text: str,
    y: float,
    *,
    size: int = 13,
    weight: int = 400,
    colour: str = _INK,
) -> str:
    """A line of text at the side where its language begins."""
    x, direction = (picture.axes.width - 12, "rtl") if picture.rtl else (12.0, "ltr")
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'direction="{direction}" text-anchor="start">{escape(text)}</text>'
    )


def _grid(axes: Axes[date]) -> Iterator[str]:
    for tick in axes.y_ticks:
        yield (
            f'<line x1="{axes.left:g}" x2="{axes.right:g}" y1="{tick.at}" y2="{tick.at}" '
            f'stroke="{_GRID}"/>'
        )
        yield _tick(axes.left - 8, tick.at + 4, "end", tick.text)
    for tick in axes.x_ticks:
        yield (
            f'<line x1="{tick.at}" x2="{tick.at}" y1="{axes.bottom:g}" y2="{axes.bottom + 5:g}" '
            f'stroke="{_SOFT}"/>'
        )
        yield _tick(tick.at, axes.bottom + 20, "middle", tick.text)


def _tick(x: float, y: float, anchor: str, text: str) -> str:
    at = f'x="{x:g}" y="{y:g}"'
    return f'<text {at} font-size="12" fill="{_SOFT}" text-anchor="{anchor}">{escape(text)}</text>'


def _strokes(strokes: Sequence[Stroke]) -> Iterator[str]:
    for stroke, colour in zip(strokes, _COLOURS, strict=False):
        yield (
            f'<path d="{stroke.path}" fill="none" stroke="{colour}" stroke-width="2.2" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )
        if stroke.last is None:
            continue
        x, y = stroke.last
        yield f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
        if stroke.name:
            yield (
                f'<text x="{x - 8:g}" y="{y - 8:g}" font-size="12" font-weight="700" '
                f'fill="{colour}" text-anchor="end">{escape(stroke.name)}</text>'
            )


def _mark(picture: Picture) -> str:
    """What cannot be cut off a picture of invented figures: it stands across the lines."""
    if not picture.invented:
        return ""
    axes = picture.axes
    x, y = (axes.left + axes.right) / 2, axes.bottom / 2
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="34" font-weight="700" fill="{_WARN}" '
        f'fill-opacity="0.5" text-anchor="middle" transform="rotate(-14 {x:g} {y:g})">'
        f"{escape(picture.invented)}</text>"
    )
