"""Tagged PDFs (PDF/UA-1, ISO 14289-1), drawn by Typst from templates/bookings.

Typst shapes every run of text and orders it by the Unicode bidirectional algorithm (UAX #9), falls
back from font to font, and refuses to write PDF/UA with a missing glyph, so a name that cannot be
drawn is an error and never an empty line. Drawing holds no lock of the interpreter.
"""

from pathlib import Path
from typing import cast

import msgspec

from maritime_app.text import drawn_letters

PDF = "application/pdf"
_ROOT = Path(__file__).resolve().parents[3]
_TEMPLATES = _ROOT / "templates"
_FITTING = "web/fitting.typ"
_LOGO = _ROOT / "static" / "web" / "favicon.svg"


class NotPrintable(Exception):
    """The PDF cannot be drawn; the message is Typst's."""


def draw(template: str, view: msgspec.Struct) -> bytes:
    """Return the PDF of a view; raise NotPrintable, above all for a letter that no font has.

    The template gets `view` as JSON, `families` the fonts in order, `logo` an SVG. It takes 20 ms
    and more: call it in a thread.
    """
    import typst  # loaded with the first ticket that is drawn

    inputs = {
        "view": msgspec.json.encode(view).decode(),
        "families": msgspec.json.encode(drawn_letters.FAMILIES).decode(),
        "logo": _LOGO.read_text(),
    }
    try:
        made = typst.Compiler(font_paths=drawn_letters.typst_fonts()).compile(
            input=_source(template),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        raise NotPrintable(error.message) from error
    return cast("bytes", made)  # pages of their own, and none, are for other formats


def _source(template: str) -> bytes:
    parts = (_FITTING, f"bookings/{template}")
    return b"".join((_TEMPLATES / part).read_bytes() for part in parts)
