"""A chart over time as a picture. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from maritime_app.formats.xml_text import escape
from maritime_app.ports.pictures.document import SEA, SOFT, document
from maritime_app.web.axes import Axes

_GRID = "#d9e1e6"
_COLOURS = (SEA, "#b3541e", "#5b7f2b", "#7a4b94", "#946c00", "#41586b")


class Stroke(Struct, frozen=True):
    """A line by its path, where its newest figure is, and its name where there are several, with
    the height at which that stands.
    """

    path: str
    last: tuple[float, float] | None = None
    name: str = ""
    name_at: float = 0.0


class Picture(Struct, frozen=True):
    """A chart with what must be said with it (document.Framed); `areas` lie behind the lines."""

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
    drawing = [
        *_grid(picture.axes),
        *(f'<path d="{area}" fill="{SEA}" fill-opacity="0.14"/>' for area in picture.areas),
        *_strokes(picture.strokes),
    ]
    return document(picture, drawing, picture.axes.width, picture.axes.height)


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
            f'stroke="{SOFT}"/>'
        )
        yield _tick(tick.at, axes.bottom + 20, axes.anchor(tick), tick.text)


def _tick(x: float, y: float, anchor: str, text: str) -> str:
    at = f'x="{x:g}" y="{y:g}"'
    return f'<text {at} font-size="12" fill="{SOFT}" text-anchor="{anchor}">{escape(text)}</text>'


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
                f'<text x="{x - 8:g}" y="{stroke.name_at:g}" font-size="12" font-weight="700" '
                f'fill="{colour}" text-anchor="end" paint-order="stroke" stroke="#ffffff" '
                f'stroke-width="3" stroke-linejoin="round">{escape(stroke.name)}</text>'
            )
