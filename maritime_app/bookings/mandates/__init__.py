"""Mandates: a traveller lets a program pay with a saved card, up to an amount, on a route, until a
day. Every charge is a use, taken first and given back where the bank refuses.

model     a mandate, its uses, what is asked and answered
states    where a mandate and a use stand, as tables
rules     pure: whether a mandate covers a booking
store     both in PostgreSQL
mails     what the traveller is written
granting  asked for, its card saved, its key shown once, revoked
paying    a program pays a booking: taken, charged, finished
service   what other domains may ask: pay, and what is left
jobs      cards, charges and ends that nobody has heard of
api       pay and look, for programs
routes    the form, the page of a mandate, its acts
"""
