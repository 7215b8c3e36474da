"""QR codes (ISO/IEC 18004) with error correction level M: 15 % of a code may be dirty or torn."""

import io

import segno
from markupsafe import Markup

_LEVEL = "m"


def svg(text: str) -> Markup:
    """Return the text as an inline SVG, dark on white in every theme and on paper, because scanners
    want that.
    """
    out = io.BytesIO()
    segno.make_qr(text, error=_LEVEL).save(
        out, kind="svg", xmldecl=False, svgns=True, border=3, light="#fff", omitsize=True
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - our own drawing


def png(text: str, *, scale: int, border: int) -> bytes:
    """Return the text as a PNG; `scale` is pixels, `border` modules of quiet zone."""
    out = io.BytesIO()
    segno.make_qr(text, error=_LEVEL).save(out, kind="png", scale=scale, border=border)
    return out.getvalue()
