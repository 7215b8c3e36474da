"""A card as PNG, drawn by Typst from templates/ops/card.typ: it shapes Arabic, orders lines by the
Unicode bidirectional algorithm (UAX #9), and holds no lock of the interpreter meanwhile.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from maritime_app.ops.cards.model import HEIGHT, WIDTH, Card

if TYPE_CHECKING:
    import typst

_ROOT = Path(__file__).resolve().parents[3]
_TEMPLATE = _ROOT / "templates" / "ops" / "card.typ"
_LOGO = _ROOT / "static" / "web" / "favicon.svg"
_INSTALLED = _ROOT / "static" / "node_modules"
_FONTS = (
    _INSTALLED / "dejavu-fonts-ttf" / "ttf",
    _INSTALLED / "@embedpdf" / "fonts-arabic" / "fonts",
)
_PIXELS_PER_INCH = 144.0  # two to a point


def draw(card: Card) -> bytes:
    """Return the picture. It takes 50 ms and more: call it in a thread."""
    import typst  # loaded with the first card that is drawn

    inputs = {
        "card": msgspec.json.encode(card).decode(),
        "logo": _LOGO.read_text(),
        "width": f"{WIDTH // 2}",
        "height": f"{HEIGHT // 2}",
    }
    made = typst.Compiler(font_paths=_fonts()).compile(
        input=_TEMPLATE.read_bytes(), format="png", ppi=_PIXELS_PER_INCH, sys_inputs=inputs
    )
    if not isinstance(made, bytes):
        raise TypeError("a card is one page")
    return made


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in _FONTS],
    )
