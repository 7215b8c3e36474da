"""Price, hold, pay, confirm, ticket, cancel.

model          what a booking is asked for with, and what it is
buyer          to whom a booking is invoiced
responses      what the API answers about a booking
states         the states of a booking, as one table
store          bookings in PostgreSQL
service        book, look up, prove: what every road through a booking shares
promotions/    uses of promo codes
pricing/       request to quote, over a source per kind of leg
holds/         places held, given back, taken again
unpaid/        budgets for places that are held and not paid
story/         one truth per booking: what every surface says of it
money/         what happens when its money moves without us
checkout/      the form, the way to the payment page and back
confirmation/  from money to a confirmed place, or to money going back
sailings/      sailings for staff: who is aboard, the acts, planning
ship_changes/  another ship sails: who has no place on it
disruptions/   a sailing is late or does not go: what becomes of everybody aboard
compensation/  what is owed for a late arrival, measured and offered unasked
rights         pure: what passengers are owed when a sailing is cancelled or late
money_back     money on its way back, out of the payments that a booking stands on
changes/       a booking changes as a whole
open_change    the change of a booking that has not ended
back_office/   the clerk's desk: find a booking, understand it, repair it
reconciliation/ our books beside Stripe's balance and the operators' statements
cancellations/ what cancelling costs, and doing it
invoices/      invoices and credit notes, numbered without gaps
printing/      tagged PDFs, and the letters and names that can be on them
tickets/       signed codes, the ticket as a PDF, calendar entries
waiting/       the waiting list of a sailing: timed offers, first come, first served
fare_alerts/   alerts of a lower price, or of places, on a route and day
mandates/      a program pays with a saved card, within what its holder allowed
wallet/        tickets for the wallets of telephones
trips/         the journey in its phase: before, at the gate, late, at sea, after
reminders/     mails before departure, and when a ship has not left
push/          news of a late ship as a notification of the browser that asked
shares/        links by which others may follow it
travellers/    pure: genders, help and countries, in words
contacts       pure: whom we write to and what travellers are called
link_tokens    pure: the tokens of links that open it
mailing/       the mails of a booking
access/        who may see a booking
devices/       browsers in which it is open
device_codes   a code by mail makes a browser a trusted one
pages/         the page of a booking and what hangs on it
api            book and look up, for programs
routes         the page of a booking, its look-up, and every route of bookings
invariants     what must always be true of bookings
jobs           the tasks
"""
