"""A mail server that keeps what it is given, and a page to read it.

model     a stored mail, as it arrived
mailbox   the newest mails, kept in a bounded journal
message   pure: raw mail -> headers, text, HTML, attachments
sink      the SMTP server and its faults
routes    /mailbox
"""
