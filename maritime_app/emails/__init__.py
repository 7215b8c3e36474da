"""Every mail that goes out: written down once, rendered in the reader's language, sent, remembered.

What a mail says and how it looks is its domain's: a MailKind, listed in `domains.MAILS`.

model     a kind of mail, and a mail as it was written down
store     mails and their attachments
gateway   SMTP
render    templates to a message
header_lines  pure: how its headers are written down
service   write a mail down with the job that sends it; send it
months    what of the mails is kept by months
invariants  what must always be true of mails
jobs      a sending task for each kind
"""
