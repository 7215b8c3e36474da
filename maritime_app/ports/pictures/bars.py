"""Bars beside one another as a picture. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from maritime_app.ports.pictures.document import INK, SEA, SIDE, document, words

_WIDTH = 720.0
_ROW, _THICK = 38.0, 12.0


class Bar(Struct, frozen=True):
    """A figure with its name and in words; `value` None has no bar, only words.

    `beside` is marked on the bar by a stroke: the figure that it is compared with.
    """

    name: str
    value: float | None
    words: str
    beside: float | None = None


class BarPicture(Struct, frozen=True):
    """Bars with what must be said with them (document.Framed)."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    bars: tuple[Bar, ...]
    invented: str = ""
    language: str = "en"
    rtl: bool = False


def bars_svg(picture: BarPicture) -> bytes:
    """Return the picture as a document of its own."""
    return document(picture, _bars(picture), _WIDTH, _ROW * len(picture.bars) + 8)


def _bars(picture: BarPicture) -> Iterator[str]:
    values = [each for bar in picture.bars for each in (bar.value, bar.beside) if each is not None]
    least, most = min([0.0, *values]), max([0.0, *values])
    scale = (_WIDTH - 2 * SIDE) / ((most - least) or 1.0)

    def at(value: float) -> float:
        x = SIDE + (value - least) * scale
        return round(_WIDTH - x if picture.rtl else x, 1)

    for number, bar in enumerate(picture.bars):
        y = _ROW * number
        # Behind the name, not at an end: there it would be taken for that of the stroke.
        yield words(bar.name, y + 12, _WIDTH, rtl=picture.rtl, size=12, strong=bar.words)
        if bar.value is None:
            continue
        left, right = sorted((at(0.0), at(bar.value)))
        yield (
            f'<rect x="{left:g}" y="{y + 17:g}" width="{max(right - left, 1):g}" '
            f'height="{_THICK:g}" rx="2" fill="{SEA}"/>'
        )
        if bar.beside is not None:
            x = at(bar.beside)
            yield (
                f'<line x1="{x:g}" x2="{x:g}" y1="{y + 14:g}" y2="{y + 32:g}" stroke="{INK}" '
                'stroke-width="2"/>'
            )
