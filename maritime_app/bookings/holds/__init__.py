"""Places held for a while, until they are paid for.

model    a booking as the hold statement wants it
rows     pure: from request and quote to that row, and to the booking
service  places held, given back, taken again
batch    one statement holds for many callers
store    the statement, and what a booking holds, in PostgreSQL
"""
