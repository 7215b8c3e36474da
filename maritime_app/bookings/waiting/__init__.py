"""The waiting list of a sailing that is sold out: first come, first served, by timed offers.

model    a party that waits, and what its mails say
states   where a party stands, as one table
mails    the mails to those who wait
store    parties in PostgreSQL
service  join, look, leave
offers   places offered to whoever waits first, through the holds that everybody books by
jobs     offering, and looking after what a dead worker left
routes   joining on the booking's form, and the page of one's place
"""
