"""Price, hold, pay, confirm, ticket, cancel.

model          what a booking is asked with, and what it is
store          bookings and what they took, in PostgreSQL
pricing/       who travels at which price: always worked out here, never taken from the client
holds/         places held for many callers in one statement
checkout/      the booking form
confirmation/  from money to a confirmed place, or to money going back
cancellations/ what cancelling costs, and doing it
tickets/       signed codes, the ticket as a PDF, calendar entries
trips/         the crossing while it happens
service        book, show, pay
mails          what the mails of a booking say
views          what its pages show
api            the JSON routes
routes         the pages
jobs           the tasks
"""
