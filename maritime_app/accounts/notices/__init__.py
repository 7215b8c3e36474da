"""Mails to somebody whose credentials changed (OWASP ASVS 4.0, 2.2.3 and 2.5.5): who did not do it
is to learn of it in time.

model    what changed, in words, and what to do about it
mails    the kind of mail
telling  write one, in the transaction of the change
"""
