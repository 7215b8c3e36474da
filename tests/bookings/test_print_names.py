"""Names on a ticket: of every script that can be entered, drawn and read back from the PDF."""

import asyncio
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest

from maritime_app import i18n
from maritime_app.bookings.model import Leg, Passenger
from maritime_app.bookings.printing.latin_names import latin_name
from maritime_app.bookings.tickets import pdf, views
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.ferries.check_in.model import CheckIn, CheckInSource
from maritime_app.ferries.model import Operator, OperatorKind, PassengerKind, Place
from maritime_app.money import Money
from maritime_app.text.drawn_letters import unprintable
from tests.bookings import pdf_text

NAMES = {
    "han": ("小龍", "李"),
    "thai": ("สมชาย", "วงศ์สวัสดิ์"),
    "devanagari": ("अमिताभ", "बच्चन"),
    "arabic": ("محمد", "الحسيني"),
    "persian": ("گلناز", "پژمان"),
    "persian, parted": ("علی\u200cرضا", "پناهی\u200cفر"),
    "devanagari, joined": ("लक्ष्\u200dमी", "क्\u200cषत्रिय"),
    "bengali": ("র\u200d্যাচেল", "বিশ্বাস"),
    "telugu": ("శ్రీనివాస", "రామారావు"),
    "tamil": ("சுப்பிரமணிய", "பாரதி"),
    "gujarati": ("મોહનદાસ", "ગાંધી"),
    "kannada": ("ಕೃಷ್ಣ", "ರಾಜೇಂದ್ರ"),
    "malayalam": ("മോഹന്\u200d", "ലാൽ"),
    "gurmukhi": ("ਮਨਮੋਹਨ", "ਸਿੰਘ"),
    "oriya": ("ଜଗନ୍ନାଥ", "ପଟ୍ଟନାୟକ"),
    "sinhala": ("ක්\u200dරිෂාන්", "ප්\u200dරනාන්දු"),
    "burmese": ("အောင်ဆန်း", "စုကြည်"),
    "khmer": ("សុវណ្ណ", "ភ្នំពេញ"),
    "lao": ("ສົມສັກ", "ພົມມະຈັນ"),
    "ethiopic": ("ኃይለ", "ገብረሥላሴ"),
    "hebrew": ("דוד", "כהן"),
    "greek": ("Ελευθερία", "Παπαδοπούλου"),
    "polytonic": ("Ἀθηνᾶ", "Ῥοδίου"),
    "cyrillic": ("Анна", "Щербакова"),
    "hangul": ("한국", "김"),
    "kana": ("さくら", "タナカ"),
    "georgian": ("გიორგი", "ბერიძე"),
    "armenian": ("Արամ", "Խաչատրյան"),
    "latin": ("Łukasz Þór", "Żółć-Ægisdóttir"),
    "vietnamese": ("Thị", "Nguyễn"),
    "apostrophes": ("Seán", "O’Neill (jr)"),
    "unbroken": ("W" * 80, "M" * 80),
}
# Read back in pieces: PDFium says a group of letters once for each glyph that it is drawn with, and
# has no place in the order of reading for what is not drawn.
IN_PIECES = ("persian, parted", "bengali", "khmer", "lao")
# What no installed font can draw: their people are asked for the letters of their passports.
ELSEWHERE = {"thaana": "އަހްމަދު", "tibetan": "བསྟན་འཛིན", "mongolian": "ᠪᠠᠲᠤ", "syriac": "ܝܘܣܦ"}
LATIN_LINES = {
    "han": "LI, XIAOLONG",
    "arabic": "ALXHSYNY, MXHMD",
    "greek": "PAPADOPOULOU, ELEFTHERIA",
    "cyrillic": "SHCHERBAKOVA, ANNA",
    "persian, parted": "PNAHXYAFR, ELXYARXDZA",
    "malayalam": "LAL, MOHN",
    "tamil": "PARTI, CUPPIRMNIY",
}


@pytest.mark.parametrize("script", NAMES)
def test_it_works(script):
    """A ticket in German names everybody in their own letters."""
    text = pdf_text.words(drawn("de", NAMES[script]))

    given, family = NAMES[script]
    if script in IN_PIECES:
        assert set(given + family) <= set(text)
    else:
        letters = text.replace(" ", "") if script == "unbroken" else text
        assert (given if script == "unbroken" else f"{given} {family}") in letters


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("script", ["arabic", "persian", "hebrew"])
def test_the_direction_is_the_names_and_not_the_tickets(language, script):
    assert " ".join(NAMES[script]) in pdf_text.words(drawn(language, NAMES[script]))


@pytest.mark.parametrize("script", LATIN_LINES)
def test_a_latin_line_stands_under_a_name_that_not_every_gate_can_read(script):
    assert LATIN_LINES[script] in pdf_text.words(drawn("en", NAMES[script]))


def test_a_name_that_every_gate_can_read_stands_there_once():
    assert "ZOLC" not in pdf_text.words(drawn("en", NAMES["latin"]))


@pytest.mark.parametrize("script", ["unbroken", "thai", "arabic"])
def test_nothing_runs_under_the_code_or_off_the_paper(script):
    """The column of the code begins at 59 mm from the right edge (14 mm margin, 45 mm code)."""
    code_begins = (210 - 14 - 46) / 25.4 * 72
    body = drawn("en", NAMES[script])

    holder = {letter for part in NAMES[script] for letter in part}
    boxes = pdf_text.letter_boxes(body, holder)
    assert boxes
    column = [box for box in boxes if box.left < code_begins]
    assert all(box.right <= code_begins for box in column)


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("said", ["ferry", "operator_reference", "origin"])
def test_nor_does_what_an_operator_says(language, said):
    """A word that is longer than its column is broken: it ran under the code, and was cut there."""
    word = Place("XXQQQ", "Q" * 60, "Europe/Athens") if said == "origin" else "Q" * 60
    body = drawn(language, ("Ada", "Lund"), **{said: word})

    boxes = pdf_text.letter_boxes(body, {"Q"})
    assert len(boxes) >= 60
    left, right = (14, 150) if language == "de" else (60, 196)  # mm, without the code's column
    assert all(left <= box.left * 25.4 / 72 and box.right * 25.4 / 72 <= right for box in boxes)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Blue Star ⛴ 🚢", "Blue Star"),
        ("🚢", "–"),
        ("ܝܘܣܦ", "ywsp"),
        ("Ναύτης\x01\ue000", "Ναύτης"),
        ("\u2068Αίας\u2069 1", "Αίας 1"),
    ],
)
def test_what_an_operator_says_keeps_no_ticket_from_its_traveller(said, shown):
    """Nobody can ask a ship for the letters of its passport."""
    here = Place("XXQQQ", said, "Europe/Athens")
    text = pdf_text.words(drawn("en", ("Ada", "Lund"), ferry=said, origin=here))
    assert text.count(shown) >= 2  # ship and place


def test_a_long_name_breaks_only_where_it_must():
    """Every letter is drawn, on as few lines as fit."""
    lines = {round(b.bottom) for b in pdf_text.letter_boxes(drawn("en", ("Q" * 80, "X")), {"Q"})}

    assert 2 <= len(lines) <= 4
    assert all(upper - lower > 5 for lower, upper in pairwise(sorted(lines)))


@pytest.mark.parametrize("text", ["Ada 😀", "𓀀", "Bo\ue000", "♥", *ELSEWHERE.values()])
def test_what_no_font_can_draw_is_known_beforehand(text):
    """And is an error of the drawing, should it get that far: never an empty place."""
    assert unprintable(text)
    if unprintable(text) in "♥😀":  # DejaVu could draw these, but they are no letters of a name
        return
    with pytest.raises(pdf.NotPrintable):
        drawn("en", (text, "Lund"))


@pytest.mark.parametrize("script", NAMES)
def test_what_the_form_accepts_can_be_drawn(script):
    assert unprintable(" ".join(NAMES[script])) == ""


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Müller-Straße", "MUELLER-STRASSE"),
        ("Ångström", "AANGSTROEM"),
        ("Ευθυμίου", "EFTHYMIOU"),
        ("Μπάμπης Αγγελόπουλος", "BAMPIS ANGELOPOULOS"),
        ("Хрущёв", "KHRUSHCHEV"),
        ("عبد الرحمن", "EBD ALRXHMN"),
        ("O’Neill", "ONEILL"),
    ],
)
def test_the_latin_spelling_is_that_of_passports(name, spelled):
    assert latin_name(name) == spelled


def test_a_ticket_names_its_ship_where_it_is_known():
    person = Passenger(1, PassengerKind.ADULT, "Ada", "Lund")
    for ferry in ("Aegean Lantern", None):
        on = msgspec.structs.replace(leg(1), ferry=ferry)
        facts = views.ticket_view("ABCD2345", ticket(on, person)).facts
        assert [one.value for one in facts if one.label == "Ship"] == [ferry] * bool(ferry)


async def test_a_party_of_twenty_on_six_legs_is_drawn_beside_the_loop():
    """In bounded time, while other work goes on."""
    people = [Passenger(n, PassengerKind.ADULT, f"Ada{n}", "Lund") for n in range(1, 21)]
    view = view_of("en", people, legs=6)
    pdf.draw(view_of("en", people[:1], legs=1))  # fonts are read once
    ticks = 0

    drawing = asyncio.create_task(asyncio.to_thread(pdf.draw, view))
    while not drawing.done():
        await asyncio.sleep(0.005)
        ticks += 1

    assert pdf_text.pages(await drawing) == 40
    assert ticks >= 10  # the loop went on meanwhile


def drawn(language, name, **told):
    """The PDF of one person on one leg, of which other things may be told."""
    i18n.use(language)
    on = msgspec.structs.replace(leg(1), **told)
    made = ticket(on, Passenger(1, PassengerKind.ADULT, *name))
    return pdf.draw(views.tickets_view("ABCD2345", [made], sandbox=True))


def view_of(language, people, legs):
    """What the ticket of these people shows."""
    i18n.use(language)
    return views.tickets_view(
        "ABCD2345", [ticket(leg(n), p) for n in range(1, legs + 1) for p in people], sandbox=True
    )


def ticket(on, person):
    """A ticket that says all that a ticket can say."""
    there = Quays(
        CheckIn(30, 60, CheckInSource.OPERATOR, "Gate E3"), (37.94, 23.63), (35.35, 25.14), False
    )
    code = "FW2.ABCD2345.1.p1.1." + "s" * 24
    return Ticket(on, code, there, passenger=person)


def leg(number):
    """A night from Piraeus to Heraklion."""
    return Leg(
        number=number,
        sailing_id="s",
        origin=Place("GRPIR", "Piraeus", "Europe/Athens"),
        destination=Place("GRHER", "Heraklion", "Europe/Athens"),
        departs_at=datetime(2026, 12, 1, 19, tzinfo=UTC),
        arrives_at=datetime(2026, 12, 2, 4, tzinfo=UTC),
        operator=Operator("AEG", "Aegean Arc", OperatorKind.HOUSE, phone="+44 1632 960014"),
        ferry="Aegean Lantern",
        mmsi=None,
        operator_reference="AEG-1",
        price=Money(100, "EUR"),
    )
