"""What a PDF says to somebody who copies from it or has it read aloud, by PDFium."""

import ctypes
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u2066\u2067\u2068\u2069\ufffe"))


@dataclass(frozen=True, slots=True)
class Box:
    """Where a page's text stands: points from the left and bottom of the paper."""

    left: float
    bottom: float
    right: float
    top: float


def words(pdf: bytes) -> str:
    """Every page's text, with line breaks as single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.translate(ZERO_WIDTH).split())


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    return len(pypdfium2.PdfDocument(pdf))


def language(pdf: bytes) -> str:
    """The language that the catalog names (ISO 32000-1, 14.9.2)."""
    document = pypdfium2.PdfDocument(pdf)
    buffer = (ctypes.c_ushort * 32)()
    size = raw.FPDFCatalog_GetLanguage(document, buffer, 64)
    return bytes(buffer)[: size - 2].decode("utf-16-le")


def is_tagged(pdf: bytes) -> bool:
    """Whether it is marked as tagged, and says that it is PDF/UA (ISO 14289-1)."""
    document = pypdfium2.PdfDocument(pdf)
    return bool(raw.FPDFCatalog_IsTagged(document)) and b"pdfuaid" in pdf


def letter_boxes(pdf: bytes, letters: set[str], page_number: int = 0) -> list[Box]:
    """The places of these letters on a page."""
    text = pypdfium2.PdfDocument(pdf)[page_number].get_textpage()
    said = text.get_text_range()
    return [Box(*text.get_charbox(place)) for place, letter in enumerate(said) if letter in letters]
