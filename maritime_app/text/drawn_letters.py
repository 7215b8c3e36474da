"""The letters that Typst draws for us, on paper and in pictures: those of the installed fonts, in
the order of preference.

Latin, Greek, Cyrillic, Georgian, Armenian, Hebrew and Lao are DejaVu's; Noto adds Arabic, the
scripts of India and Sri Lanka, Thai, Khmer, Burmese, Ethiopic, Han with the Japanese syllables, and
Hangul.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from anyascii import anyascii

from maritime_app.text.unseen import has_stray_joiner, without_joiners

if TYPE_CHECKING:
    import typst

_INSTALLED = Path(__file__).resolve().parents[2] / "static" / "node_modules"
_NOTO = _INSTALLED / "@expo-google-fonts"
# Scripts of which Noto's files are named alike, the most written ones first.
_ALIKE = (
    "Devanagari", "Thai", "Bengali", "Telugu", "Tamil", "Gujarati", "Kannada", "Malayalam",
    "Gurmukhi", "Oriya", "Sinhala", "Myanmar", "Khmer", "Ethiopic",
)  # fmt: skip
FAMILIES = (
    "DejaVu Sans",
    "Noto Naskh Arabic",
    *(f"Noto Sans {script}" for script in _ALIKE),
    "Noto Sans S Chinese",
    "Noto Sans Korean",
)
FILES: tuple[Path, ...] = (
    _INSTALLED / "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    _INSTALLED / "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    _INSTALLED / "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf",
    _INSTALLED / "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf",
    *(
        _NOTO / f"noto-sans-{script.lower()}" / weight / f"NotoSans{script}_{weight}.ttf"
        for script in _ALIKE
        for weight in ("400Regular", "700Bold")
    ),
    _INSTALLED / "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
    _INSTALLED / "@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf",
    _INSTALLED / "@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf",
    _INSTALLED / "@embedpdf/fonts-kr/fonts/NotoSansKR-Bold.otf",
)
# Letters, marks, digits, spaces and what stands between names; an emoji is a symbol (So). Symbols
# of ASCII are odd in a name, and printable.
_CATEGORIES = ("L", "M", "Nd", "Zs", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sk")


@cache
def typst_fonts() -> "typst.Fonts":
    """Return the fonts for a compiler; `FAMILIES` are their names."""
    import typst

    folders = dict.fromkeys(str(file.parent) for file in FILES)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )


def unprintable(text: str) -> str:
    """Return what of the text no ticket can show, once each; empty when all of it can be shown.

    A letter and the marks on it come from one font: a mark that its letter's font lacks is not
    printable there. Joiners where they belong are drawn as nothing, by every font.
    """
    if text.isascii() and text.isprintable():
        return ""
    drawn = text if has_stray_joiner(text) else without_joiners(text)
    found = [cluster for cluster in _clusters(drawn) if not _is_printable(cluster)]
    return "".join(dict.fromkeys(found))


def drawable(text: str) -> str:
    """Return what an operator says as it can be drawn: letters that no font has in A to Z, other
    signs (a ship's emoji) left out. Of people nobody guesses so: `unprintable` asks them.
    """
    if text.isascii() and text.isprintable():
        return text
    drawn = "".join(map(_drawn, _clusters(text)))
    return " ".join(drawn.split()) or "–"


def _drawn(cluster: str) -> str:
    category = unicodedata.category(cluster[0])
    if category == "Cf" or _is_covered(cluster):  # what parts, joins and turns letters has no shape
        return cluster
    spelled: str = anyascii(cluster) if category.startswith("L") else " "
    return spelled


def _is_printable(cluster: str) -> bool:
    known = unicodedata.category(cluster[0]).startswith(_CATEGORIES)
    if not known and not (cluster.isascii() and cluster.isprintable()):
        return False
    return _is_covered(cluster)


def _is_covered(cluster: str) -> bool:
    return any(all(ord(char) in letters for char in cluster) for letters in _coverage())


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if clusters and unicodedata.category(char).startswith("M"):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    """Return the characters of each installed font, read from its cmap table (a few ms)."""
    import uharfbuzz  # asked for by names that are not written in ASCII

    blobs = (uharfbuzz.Blob.from_file_path(str(file)) for file in FILES if file.is_file())
    return tuple(frozenset(uharfbuzz.Face(blob).unicodes) for blob in blobs)
