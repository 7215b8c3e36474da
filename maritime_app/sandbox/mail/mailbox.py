"""The newest mails, in memory and in a journal; the oldest make room for the newest."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.mail.model import StoredMail

MOST_MAILS = 5_000


class Mailbox:
    """Everything the sink accepted, by number. A mail is written down before it is acknowledged."""

    def __init__(self, journal: Journal, most: int = MOST_MAILS) -> None:
        self._journal = journal
        self._most = most
        self._last = 0
        self._mails: OrderedDict[int, StoredMail] = OrderedDict()
        lines = 0
        for record in journal.replay():
            lines += 1
            self._remember(msgspec.convert(record, StoredMail))
        if lines > 2 * most:
            journal.rewrite(iter(list(self._mails.values())))

    def __len__(self) -> int:
        return len(self._mails)

    def accept(self, sender: str, recipients: list[str], raw: bytes) -> StoredMail:
        """Keep a mail and number it."""
        mail = StoredMail(self._last + 1, datetime.now(UTC), sender, tuple(recipients), raw)
        self._journal.append(mail)
        self._remember(mail)
        return mail

    def _remember(self, mail: StoredMail) -> None:
        self._mails[mail.number] = mail
        self._last = max(self._last, mail.number)
        while len(self._mails) > self._most:
            self._mails.popitem(last=False)

    def find(self, number: int) -> StoredMail | None:
        """The mail of that number, unless it made room."""
        return self._mails.get(number)

    def newest(self, recipient: str = "") -> Iterator[StoredMail]:
        """Mails, newest first; only those to an address that contains `recipient`, in any case."""
        wanted = recipient.casefold().strip()
        for number in reversed(list(self._mails)):
            mail = self._mails[number]
            if any(wanted in address.casefold() for address in mail.recipients):
                yield mail

    def empty(self) -> None:
        """Throw everything away; numbers go on."""
        self._mails.clear()
        self._journal.rewrite(iter(()))

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()
