"""Lines of NMEA 0183 to whole AIS messages: checksums, tag blocks, parts of several lines.

Source: NMEA 0183 version 4.10 (tag blocks), IEC 61162-1 (VDM and VDO). What a receiver sends beside
AIS, and what is damaged, is counted and left out.
"""

from typing import Final, NamedTuple

from pyais.messages import AISSentence, NMEASentenceFactory

from maritime_app.vessels.model import Rejection

MAX_LINE_BYTES: Final = 1_024
_MAX_PARTS: Final = 5
# Messages of several parts that are under way at once; a receiver has ten numbers and two channels.
_MAX_WAITING: Final = 64
_PATIENCE_MS: Final = 30_000
_LATEST_SECONDS: Final = 10_000_000_000  # larger numbers are milliseconds


class Whole(NamedTuple):
    """A whole AIS message, and when the receiver says that it came (UTC epoch ms), if it does."""

    sentence: AISSentence
    at_ms: int | None


class _Parts(NamedTuple):
    lines: dict[int, AISSentence]
    begun_ms: int
    at_ms: int | None


class Sentences:
    """Puts the lines of one receiver together. Bounded: parts whose others never come are left."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int | None, str, int], _Parts] = {}

    def take(self, line: bytes, now_ms: int) -> Whole | Rejection | None:
        """Return a message that this line completes, a Rejection for what is none, else None."""
        if len(line) > MAX_LINE_BYTES:
            return Rejection.MALFORMED
        try:
            sentence = NMEASentenceFactory.produce(line.strip())
            at_ms = _at_ms(sentence)
        except Exception:  # noqa: BLE001 - whatever pyais raises: one line costs itself
            return Rejection.MALFORMED
        if not isinstance(sentence, AISSentence):
            return Rejection.UNKNOWN_TYPE
        if not sentence.is_valid:
            return Rejection.MALFORMED
        return Whole(sentence, at_ms) if sentence.is_single else self._part(sentence, at_ms, now_ms)

    def _part(
        self, sentence: AISSentence, at_ms: int | None, now_ms: int
    ) -> Whole | Rejection | None:
        count, number = sentence.fragment_count, sentence.frag_num
        if not (1 <= number <= count <= _MAX_PARTS):
            return Rejection.MALFORMED
        key = (sentence.seq_id, str(sentence.channel), count)
        parts = self._waiting.get(key)
        if parts is None or number == 1 or now_ms - parts.begun_ms > _PATIENCE_MS:
            parts = self._waiting[key] = _Parts({}, now_ms, at_ms)
        parts.lines[number] = sentence
        if len(parts.lines) < count:
            while len(self._waiting) > _MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]
            return None
        del self._waiting[key]
        lines = [parts.lines[each] for each in range(1, count + 1)]
        return Whole(AISSentence.assemble_from_iterable(lines), parts.at_ms)


def _at_ms(sentence: object) -> int | None:
    """Return the receiver's time of the tag block (`c:`), in seconds or milliseconds."""
    block = getattr(sentence, "tag_block", None)
    if block is None:
        return None
    block.init()
    stamp = block.receiver_timestamp
    if stamp is None:
        return None
    value = int(stamp)
    return value if value > _LATEST_SECONDS else value * 1000
