"""Mails that the chaos run counts: all that were taken, and not the newest alone."""

import pytest

from bench.chaos.verdict import mails_in
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.mail.mailbox import Mailbox

pytestmark = pytest.mark.pure
MAIL = b"Message-ID: <one@example.org>\r\nSubject: A ticket\r\n\r\nIts text\r\n"


def test_it_works(tmp_path):
    path = tmp_path / "mails.jsonl"
    mailbox = Mailbox(Journal(path), most=3)
    for number in range(1, 6):
        mailbox.accept("tickets@example.org", [f"ada{number}@example.org"], MAIL)
    mailbox.close()

    found = mails_in(path)

    assert [mail.recipients for mail in found] == [(f"ada{n}@example.org",) for n in range(1, 6)]
    assert {mail.raw for mail in found} == {
        b"Message-ID: <one@example.org>\r\nSubject: A ticket\r\n"
    }


def test_a_mailbox_that_made_room_is_no_judge(tmp_path):
    path = tmp_path / "mails.jsonl"
    mailbox = Mailbox(Journal(path), most=3)
    for _each in range(7):
        mailbox.accept("tickets@example.org", ["ada@example.org"], MAIL)
    mailbox.close()
    Mailbox(Journal(path), most=3).close()

    with pytest.raises(ValueError, match="begins with mail 5"):
        mails_in(path)


def test_nothing_was_taken(tmp_path):
    assert mails_in(tmp_path / "mails.jsonl") == []
