"""Our books beside Stripe's balance and the operators' statements: every difference has a name.

model       differences, days, what is asked for
words       what a difference is called, and what to do about it
store       statements and differences, in PostgreSQL
statements  read what each operator says that it booked for us
service     find differences, show them, settle them
csv_file    pure: the same as rows of a file
views       what the page shows
routes      the page, the files and the API
jobs        the nightly task
"""
