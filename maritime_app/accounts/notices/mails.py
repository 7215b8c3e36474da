"""The mail that tells of a change of credentials."""

from maritime_app.accounts.notices.model import ChangeNotice
from maritime_app.emails.model import MailKind

CHANGED = MailKind(
    "credentials_changed",
    ChangeNotice,
    noun="notice",
    folder="accounts/mails",
    subject=lambda notice: notice.headline,
)
MAILS = [CHANGED]
