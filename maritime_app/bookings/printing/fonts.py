"""The letters that can be printed: what the installed fonts can draw, in the order of preference.

Latin, Greek, Cyrillic, Georgian, Armenian and Hebrew are DejaVu's; Noto adds Arabic, Devanagari,
Thai, Han with the Japanese syllables, and Hangul.
"""

import unicodedata
from functools import cache
from pathlib import Path

import uharfbuzz

_INSTALLED = Path(__file__).resolve().parents[3] / "static" / "node_modules"
_NOTO = _INSTALLED / "@expo-google-fonts"
FAMILIES = (
    "DejaVu Sans",
    "Noto Naskh Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans S Chinese",
    "Noto Sans Korean",
)
FILES: tuple[Path, ...] = (
    _INSTALLED / "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    _INSTALLED / "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    _INSTALLED / "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf",
    _INSTALLED / "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf",
    _NOTO / "noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf",
    _NOTO / "noto-sans-devanagari/700Bold/NotoSansDevanagari_700Bold.ttf",
    _NOTO / "noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf",
    _NOTO / "noto-sans-thai/700Bold/NotoSansThai_700Bold.ttf",
    _INSTALLED / "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
    _INSTALLED / "@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf",
    _INSTALLED / "@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf",
    _INSTALLED / "@embedpdf/fonts-kr/fonts/NotoSansKR-Bold.otf",
)
# Letters, marks, digits, spaces and what stands between names; an emoji is a symbol (So). Symbols
# of ASCII are odd in a name, and printable.
_CATEGORIES = ("L", "M", "Nd", "Zs", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sk")


def unprintable(text: str) -> str:
    """Return what of the text no ticket can show, once each; empty when all of it can be shown.

    A letter and the marks on it come from one font: a mark that its letter's font lacks is not
    printable there. Every font here has all of ASCII.
    """
    if text.isascii() and text.isprintable():
        return ""
    found = [cluster for cluster in _clusters(text) if not _is_printable(cluster)]
    return "".join(dict.fromkeys(found))


def _is_printable(cluster: str) -> bool:
    known = unicodedata.category(cluster[0]).startswith(_CATEGORIES)
    if not known and not (cluster.isascii() and cluster.isprintable()):
        return False
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
    blobs = (uharfbuzz.Blob.from_file_path(str(file)) for file in FILES if file.is_file())
    return tuple(frozenset(uharfbuzz.Face(blob).unicodes) for blob in blobs)
