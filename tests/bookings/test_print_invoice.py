"""An invoice on paper: whatever its words are, all of them are on it, in the order of reading."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from maritime_app import i18n
from maritime_app.bookings.invoices import pdf, views
from maritime_app.bookings.invoices.model import (
    Content,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Issuer,
    Journey,
)
from maritime_app.ferries.model import PriceReason
from tests.bookings import pdf_text

POINTS_PER_MM = 72 / 25.4


@pytest.mark.parametrize(("language", "first"), [("de", "left"), ("ar", "right")])
def test_it_works(language, first):
    """Whoever reads from the right begins with the seller there: it was mirrored twice."""
    body = drawn(language, seller="QQQ", buyer="ZZZ")
    (seller, *_), (buyer, *_) = (pdf_text.letter_boxes(body, {sign}) for sign in "QZ")
    assert (seller.left < buyer.left) == (first == "left")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_word_runs_out_of_its_column(language):
    body = drawn(
        language,
        seller="Q" * 120,
        address="Q" * 80,
        buyer="Q" * 200,
        journey=f"{'Q' * 60} – {'Q' * 60}",
        item=f"extra:{'Q' * 40}",
    )

    boxes = pdf_text.letter_boxes(body, {"Q"})
    assert len(boxes) >= 520
    assert min(box.left for box in boxes) >= 19 * POINTS_PER_MM
    assert max(box.right for box in boxes) <= 191 * POINTS_PER_MM


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_amount_runs_into_what_stands_beside_it(language):
    """Rupiah and dong have that many digits. The widest column for one is 36 mm, at the end."""
    boxes = pdf_text.letter_boxes(drawn(language, seller="Q", minor=888_888_888_888_888), {"8"})
    assert len(boxes) == 45
    boxes = boxes[:15] + boxes[-15:]  # between them a sentence says of what tax is contained
    if language == "ar":
        assert max(box.right for box in boxes) <= 56 * POINTS_PER_MM
    else:
        assert min(box.left for box in boxes) >= 154 * POINTS_PER_MM


def test_what_an_operator_is_called_keeps_nobody_from_the_invoice():
    words = pdf_text.words(
        drawn("en", seller="Blue Star ⛴", address="Kai ܝ\nPiraeus", journey="🚢 A")
    )
    assert "Blue Star Kai y Piraeus" in words
    assert "A Item" in words


def drawn(
    language, *, seller, address="", buyer="Ada Lund", journey="A – B", item="car", minor=12_400
):
    """The PDF of an invoice for one car."""
    i18n.use(language)
    line = InvoiceLine(1, item, PriceReason.FARE, 1, minor, 0.0)
    content = Content(Issuer("NOR", seller, address, None, 0.0), (line,), (Journey(1, journey),))
    made = Invoice(
        UUID(int=1),
        "NOR",
        42,
        InvoiceKind.INVOICE,
        "confirmed",
        "EUR",
        minor,
        content,
        buyer,
        datetime(2027, 5, 20, tzinfo=UTC),
    )
    return pdf.draw(views.invoice_view("BOOKED22", made, sandbox=False))
