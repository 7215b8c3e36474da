"""Bars beside one another as an SVG picture with what it is and where it is from inside. Pure."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_WIDTH, _SIDE = 720.0, 12.0
_TOP, _ROW, _THICK, _NOTE, _FOOT = 64.0, 38.0, 12.0, 16.0, 14.0
_ROOM = 96.0  # beside the longest bar, for its figure
_LETTERS = 112  # of a note in one line
_SEA, _INK, _SOFT, _WARN = "#0b6e8f", "#0f2436", "#5b6b77", "#b3541e"


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure with its name and in words; `value` None has no bar, only words.

    `beside` is marked on the bar by a stroke: the figure that it is compared with.
    """

    name: str
    value: float | None
    words: str
    beside: float | None = None


@dataclass(frozen=True, slots=True)
class BarPicture:
    """Bars with what must be said with them: `notes` are source, as-of and unit.

    `invented` is the mark of figures that are, in words. `rtl`: everything begins at the right.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]
    bars: tuple[Bar, ...]
    invented: str = ""
    language: str = "en"
    rtl: bool = False


def bars_svg(picture: BarPicture) -> bytes:
    """Return the picture as a document of its own."""
    notes = [line for note in picture.notes for line in textwrap.wrap(note, _LETTERS)]
    below = _TOP + _ROW * len(picture.bars) + 8
    height = below + _NOTE * len(notes) + _FOOT
    size = f'width="{_WIDTH:g}" height="{height:g}" viewBox="0 0 {_WIDTH:g} {height:g}"'
    says = f"xml:lang={quoteattr(picture.language)} aria-label={quoteattr(picture.title)}"
    fonts = 'font-family="system-ui, sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {says} {fonts}>',
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(chr(10).join((picture.subtitle, *picture.notes)))}</desc>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _words(picture, picture.title, 26, size=18, weight=700),
        _words(picture, picture.subtitle, 46, colour=_SOFT),
        *_bars(picture),
        _mark(picture, below),
        *(
            _words(picture, line, below + _NOTE * number, colour=_SOFT, size=11)
            for number, line in enumerate(notes, 1)
        ),
        "</svg>",
    ]
    return "\n".join(filter(None, parts)).encode()


def _bars(picture: BarPicture) -> Iterator[str]:
    values = [each for bar in picture.bars for each in (bar.value, bar.beside) if each is not None]
    least, most = min([0.0, *values]), max([0.0, *values])
    scale = (_WIDTH - 2 * _SIDE - _ROOM) / ((most - least) or 1.0)

    def at(value: float) -> float:
        x = _SIDE + (value - least) * scale
        return round(_WIDTH - x if picture.rtl else x, 1)

    for number, bar in enumerate(picture.bars):
        y = _TOP + _ROW * number
        yield _words(picture, bar.name, y + 12, size=12)
        if bar.value is None:
            yield _figure(picture, bar.words, at(0.0), y + 28)
            continue
        left, right = sorted((at(0.0), at(bar.value)))
        yield (
            f'<rect x="{left:g}" y="{y + 17:g}" width="{max(right - left, 1):g}" '
            f'height="{_THICK:g}" rx="2" fill="{_SEA}"/>'
        )
        if bar.beside is not None:
            x = at(bar.beside)
            yield (
                f'<line x1="{x:g}" x2="{x:g}" y1="{y + 14:g}" y2="{y + 32:g}" stroke="{_INK}" '
                'stroke-width="2"/>'
            )
        farthest = max(value for value in (bar.value, bar.beside, 0.0) if value is not None)
        yield _figure(picture, bar.words, at(farthest), y + 28)


def _figure(picture: BarPicture, words: str, x: float, y: float) -> str:
    """The figure of a bar, after its end."""
    at, anchor = (x - 6, "end") if picture.rtl else (x + 6, "start")
    return (
        f'<text x="{at:g}" y="{y:g}" font-size="12" font-weight="700" fill="{_INK}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _words(
    picture: BarPicture,
    text: str,
    y: float,
    *,
    size: int = 13,
    weight: int = 400,
    colour: str = _INK,
) -> str:
    """A line of text at the side where its language begins."""
    x, direction = (_WIDTH - _SIDE, "rtl") if picture.rtl else (_SIDE, "ltr")
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'direction="{direction}" text-anchor="start">{escape(text)}</text>'
    )


def _mark(picture: BarPicture, below: float) -> str:
    """What cannot be cut off a picture of invented figures: it stands across the bars."""
    if not picture.invented:
        return ""
    x, y = _WIDTH / 2, (_TOP + below) / 2
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="34" font-weight="700" fill="{_WARN}" '
        f'fill-opacity="0.5" text-anchor="middle" transform="rotate(-10 {x:g} {y:g})">'
        f"{escape(picture.invented)}</text>"
    )
