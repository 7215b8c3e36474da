"""A card as PNG, drawn by Typst from templates/ops/card.typ: it shapes Arabic, orders lines by the
Unicode bidirectional algorithm (UAX #9), and holds no lock of the interpreter meanwhile.
"""

from pathlib import Path

import msgspec

from maritime_app.ops.cards.model import HEIGHT, WIDTH, Card
from maritime_app.text import drawn_letters

_ROOT = Path(__file__).resolve().parents[3]
_TEMPLATES = tuple(_ROOT / "templates" / part for part in ("web/fitting.typ", "ops/card.typ"))
_LOGO = _ROOT / "static" / "web" / "favicon.svg"
_PIXELS_PER_INCH = 144.0  # two to a point


def draw(card: Card) -> bytes:
    """Return the picture, of a name what the fonts have letters for, however long it is.

    It takes 50 ms and more: call it in a thread.
    """
    import typst  # loaded with the first card that is drawn

    made = typst.Compiler(font_paths=drawn_letters.typst_fonts()).compile(
        input=b"".join(template.read_bytes() for template in _TEMPLATES),
        format="png",
        ppi=_PIXELS_PER_INCH,
        sys_inputs=_inputs(card),
    )
    if not isinstance(made, bytes):
        raise TypeError("a card is one page")
    return made


def _inputs(card: Card) -> dict[str, str]:
    names = tuple(map(drawn_letters.drawable, card.names))
    shown = msgspec.structs.replace(card, names=names)
    return {
        "card": msgspec.json.encode(shown).decode(),
        "families": msgspec.json.encode(drawn_letters.FAMILIES).decode(),
        "logo": _LOGO.read_text(),
        "width": f"{WIDTH // 2}",
        "height": f"{HEIGHT // 2}",
    }
