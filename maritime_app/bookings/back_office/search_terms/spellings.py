"""Pure: how a name that a clerk typed may be written in a booking.

A booking keeps a name as its customer wrote it: with marks, without them, or in letters of another
script. What is typed on another keyboard is spelled back, as passports spell (printing/latin_names)
and as people leave marks out; each spelling is looked for by an index.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from maritime_app.bookings.printing.latin_names import latin_name

_MOST = 96  # ranges of an index for one name
_MOST_OF_A_SCRIPT = 40
# A sigma at the end of a word, and an i without its dot (Turkish).
_ALIKE = str.maketrans("ςı", "σi")
# What stays of letters once their marks are folded away, and how it is typed without them.
_LATIN = {
    "ae": ("ae", "æ", "a"), "oe": ("oe", "ø", "o", "œ"), "ue": ("ue", "u"), "aa": ("aa", "a"),
    "ss": ("ss", "ß"), "th": ("th", "þ"), "o": ("o", "ø"), "l": ("l", "ł"), "d": ("d", "đ", "ð"),
}  # fmt: skip
_GREEK = {
    "ou": ("ου",), "th": ("θ",), "ch": ("χ",), "ps": ("ψ",), "mp": ("μπ",), "nt": ("ντ",),
    "af": ("αυ", "αφ"), "av": ("αυ", "αβ"), "ef": ("ευ", "εφ"), "ev": ("ευ", "εβ"),
    "a": ("α",), "b": ("μπ", "β"), "v": ("β",), "g": ("γ",), "d": ("δ",), "e": ("ε",), "z": ("ζ",),
    "i": ("ι", "η", "υ"), "k": ("κ",), "l": ("λ",), "m": ("μ",), "n": ("ν",), "x": ("ξ",),
    "o": ("ο", "ω"), "p": ("π",), "r": ("ρ",), "s": ("σ",), "t": ("τ",), "y": ("υ",),
    "f": ("φ",), "h": ("χ", "η"), "c": ("κ",),
}  # fmt: skip
_CYRILLIC = {
    "shch": ("щ",), "zh": ("ж",), "kh": ("х",), "ts": ("ц",), "ch": ("ч",), "sh": ("ш",),
    "iu": ("ю",), "yu": ("ю",), "ia": ("я",), "ya": ("я",), "ie": ("ье", "ие"),
    "a": ("а",), "b": ("б",), "v": ("в",), "g": ("г",), "d": ("д",), "e": ("е", "э"), "z": ("з",),
    "i": ("и", "і"), "y": ("ы", "и"), "k": ("к",), "l": ("л", "ль"), "m": ("м",), "n": ("н",),
    "o": ("о",), "p": ("п",), "r": ("р",), "s": ("с",), "t": ("т",), "u": ("у",), "f": ("ф",),
    "h": ("х", "г"), "j": ("ј", "и"),
}  # fmt: skip


def folded_name(text: str) -> str:
    """Return a name as it is compared; the same as the function of that name in SQL."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return re.sub("[\u0300-\u036f \u2019'\u200c\u200d-]", "", plain).translate(_ALIKE)


def spellings(name: str) -> list[str]:
    """Return the beginnings by which a name is looked for, folded as bookings' names are; what was
    typed comes first.
    """
    plain, latin = folded_name(name), folded_name(latin_name(name))
    found = itertools.chain(
        (plain, latin),
        _whole(plain, _GREEK),
        _whole(plain, _CYRILLIC),
        _few_changes(plain, _LATIN),
    )
    return list(dict.fromkeys(itertools.islice((one for one in found if one), _MOST)))


def _few_changes(text: str, table: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Return the text with one or two parts written otherwise: few names have more of them."""
    parts = _parts(text, table)
    places = [n for n, part in enumerate(parts) if len(table.get(part, ())) > 1]
    for count in (1, 2):
        for chosen in itertools.combinations(places, count):
            for others in itertools.product(*(table[parts[n]][1:] for n in chosen)):
                changed = dict(zip(chosen, others, strict=True))
                yield "".join(changed.get(n, part) for n, part in enumerate(parts))


def _whole(text: str, table: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Return the text in the letters of another script, if it has any for all of it."""
    parts = _parts(text, table)
    ways = itertools.product(*(table.get(part, ()) for part in parts))
    yield from map("".join, itertools.islice(ways, _MOST_OF_A_SCRIPT))


def _parts(text: str, table: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the text in parts, the longest ones of the table first."""
    known = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    return re.findall(rf"{known}|.", text)
