"""The words of a PDF, as a reader would copy them: just enough of ISO 32000-1 for the tickets we
draw.
"""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_FONT = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(pdf: bytes) -> str:
    """Every piece of text on every page, one a line."""
    streams = [_inflated(found) for found in _STREAM.findall(pdf)]
    maps = [
        _to_unicode(stream)
        for stream in streams
        if b"beginbfchar" in stream or b"beginbfrange" in stream
    ]
    lines = []
    for stream in streams:
        font = 0
        for number, shown in _FONT.findall(stream):
            if number:
                font = int(number) - 1
            else:
                lines.append(_decoded(_unescaped(shown), maps[font]))
    return "\n".join(lines)


def _inflated(raw: bytes) -> bytes:
    """Without the checksum at its end: where the last byte is a line's end, the search for streams
    has cut it off.
    """
    try:
        return zlib.decompressobj().decompress(raw)
    except zlib.error:
        return raw


def _to_unicode(stream: bytes) -> dict[int, str]:
    """A font's ToUnicode map (9.10.3): single characters and ranges."""
    known = {}
    for code, text in re.findall(rb"^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$", stream, re.MULTILINE):
        known[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for first, last, start in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", stream):
        for offset in range(int(last, 16) - int(first, 16) + 1):
            known[int(first, 16) + offset] = chr(int(start, 16) + offset)
    return known


def _unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


def _decoded(codes: bytes, known: dict[int, str]) -> str:
    pairs = (int.from_bytes(codes[place : place + 2], "big") for place in range(0, len(codes), 2))
    return "".join(known.get(code, "�") for code in pairs)
