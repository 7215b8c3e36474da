"""Hold, pay, confirm, ticket, cancel.

model     what a booking is asked with, and what it is
store     bookings and what they took, in PostgreSQL
quotes    who travels at which price: always worked out here, never taken from the client
holds     places held for many callers in one statement
remotes   legs that a remote operator sails
held      a booking the moment it is held
service   book, show, pay
saga      from money to a confirmed place, or to money going back
cancel    what cancelling costs, and doing it
tickets   signed codes, and the ticket as a PDF
calendar  an iCalendar entry per leg
trip      the crossing while it happens
mails     what the mails of a booking say
page      what its pages show
entry     the booking form
api       the JSON routes
routes    the pages
jobs      the tasks
"""
