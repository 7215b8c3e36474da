"""Pure: a name in the letters A to Z, as a passport's machine-readable zone would spell it.

Latin, Cyrillic and Arabic letters follow ICAO Doc 9303 part 3 (8th edition), section 6, tables A to
C, with the first of the spellings that a table allows. Greek follows ELOT 743 (ISO 843 type 2), by
which Greek passports are written. For other scripts states have tables of their own or none: there
the spelling is AnyAscii's, good enough to call somebody by.
"""

import re
import unicodedata
from typing import Final

from anyascii import anyascii

# Table A, where it is more than the letter without its mark (that is what NFKD leaves).
_LATIN: Final = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ", "Ł": "L",
    "Ŋ": "N", "Ö": "OE", "Ø": "OE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "Ŧ": "T", "Ü": "UE",
    "Þ": "TH", "Ə": "E",
}  # fmt: skip
# Table B; Ъ and Ь as in Russian and Ukrainian passports.
_CYRILLIC: Final = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z",
    "И": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R",
    "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH",
    "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA", "Ђ": "D",
    "Ѓ": "G", "Є": "IE", "Ѕ": "DZ", "І": "I", "Ї": "I", "Ј": "J", "Љ": "LJ", "Њ": "NJ",
    "Ћ": "C", "Ќ": "K", "Ў": "U", "Џ": "DZ", "Ґ": "G", "Ѫ": "U",
}  # fmt: skip
# Table C: reversible on purpose, so ح is XH and ه is H. Short vowels are not written.
_ARABIC: Final = {
    "ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B",
    "ة": "XTA", "ت": "T", "ث": "XTH", "ج": "J", "ح": "XH", "خ": "XKH", "د": "D", "ذ": "XDH",
    "ر": "R", "ز": "Z", "س": "S", "ش": "XSH", "ص": "XSS", "ض": "XDZ", "ط": "XTT", "ظ": "XZZ",
    "ع": "E", "غ": "G", "ـ": "", "ف": "F", "ق": "Q", "ك": "K", "ل": "L", "م": "M", "ن": "N",
    "ه": "H", "و": "W", "ى": "XAY", "ي": "Y", "ٱ": "XXA", "ٹ": "XXT", "ټ": "XRT", "پ": "P",
    "ځ": "XKE", "څ": "XXH", "چ": "XC", "ڈ": "XXD", "ډ": "XDR", "ڑ": "XXR", "ړ": "XRR",
    "ږ": "XRX", "ژ": "XJ", "ښ": "XXS", "ک": "XKK", "ګ": "XXK", "ڭ": "XNG", "گ": "XGG",
    "ں": "XNN", "ڼ": "XXN", "ھ": "XDO", "ۀ": "XYH", "ہ": "XXG", "ۂ": "XGE", "ۃ": "XTG",
    "ی": "XYA", "ۍ": "XXY", "ې": "Y", "ے": "XYB", "ۓ": "XBE",
}  # fmt: skip
_TABLES: Final = _LATIN | _CYRILLIC | _ARABIC
_GREEK: Final = {
    "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I", "Θ": "TH", "Ι": "I",
    "Κ": "K", "Λ": "L", "Μ": "M", "Ν": "N", "Ξ": "X", "Ο": "O", "Π": "P", "Ρ": "R", "Σ": "S",
    "Τ": "T", "Υ": "Y", "Φ": "F", "Χ": "CH", "Ψ": "PS", "Ω": "O",
}  # fmt: skip
_GREEK_PAIRS: Final = {"ΟΥ": "OU", "ΓΓ": "NG", "ΓΞ": "NX", "ΓΧ": "NCH"}
_UNVOICED: Final = "ΘΚΞΠΣΤΦΧΨ"  # after ΑΥ, ΕΥ and ΗΥ these make an F of the V


def latin_name(name: str) -> str:
    """Return the name in A to Z, spaces and hyphens; empty when nothing of it can be spelled."""
    text = _greek(unicodedata.normalize("NFC", name).upper())
    letters = (_letter(char) for char in text)
    kept = re.sub(r"[^A-Z -]", "", "".join(letters))
    return re.sub(r" +", " ", kept).strip(" -")


def is_plain_latin(name: str) -> bool:
    """Return whether anybody at a gate can read the name: Latin letters, with marks or without."""
    return all(
        unicodedata.name(char, "").startswith("LATIN") or not char.isalpha() for char in name
    )


def _letter(char: str) -> str:
    if char in _TABLES:
        return _TABLES[char]
    if char.isascii():
        return char
    if unicodedata.name(char, "").startswith(("COMBINING", "ARABIC")):
        return ""  # accents, and the short vowels that table C leaves out
    plain = unicodedata.normalize("NFKD", char)[0]
    if plain in _TABLES:
        return _TABLES[plain]
    if plain.isascii():
        return plain.upper()
    # One syllable a character in Han and Hangul: AnyAscii starts each with a capital.
    spelled: str = anyascii(char)
    return spelled.upper()


def _greek(text: str) -> str:
    """Return the text with its Greek letters spelled; the rest as it is."""
    plain = "".join(_without_tonos(char) for char in text)
    pairs = re.sub(r"(^|[^Α-Ω])ΜΠ", r"\1B", plain)
    for pair, spelled in _GREEK_PAIRS.items():
        pairs = pairs.replace(pair, spelled)
    pairs = re.sub(rf"([ΑΕΗ])Υ(?=[{_UNVOICED}]|$|[^Α-ΩA-Z])", r"\1F", pairs)
    pairs = re.sub(r"([ΑΕΗ])Υ", r"\1V", pairs)
    return "".join(_GREEK.get(char, char) for char in pairs)


def _without_tonos(char: str) -> str:
    """Return a Greek letter without its accent; a diaeresis keeps two vowels apart (ΑΫ is AY)."""
    if not unicodedata.name(char, "").startswith("GREEK"):
        return char
    parts = unicodedata.normalize("NFD", char)
    return _GREEK.get(parts[0], parts[0]) if "\u0308" in parts else parts[0]
