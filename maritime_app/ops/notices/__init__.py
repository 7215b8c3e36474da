"""Alerts told to people outside: by mail and by a signed webhook.

model    what a notice says
mails    the mail
gateway  the webhook
service  alerts that opened and were told to nobody yet; the maintenance switch
store    the maintenance switch in PostgreSQL
jobs     looking twice a minute; posting one notice
"""
