"""Every mail that goes out: written down once, rendered in the reader's language, sent, remembered.

model     what a mail says
store     mails and their attachments
gateway   SMTP
render    templates to a message
service   write a mail down with the job that sends it; send it
jobs      the sending tasks
"""
