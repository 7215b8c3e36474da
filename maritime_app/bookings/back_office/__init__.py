"""The clerk's desk: find a booking, understand what happened to it, repair it.

model     what is looked for, what is found, and the acts
search_terms/ pure: what was typed into the field, as the ways of looking for it
timeline/ the words for what happened
store     rows of the desk
service   find, open, list; whose bookings somebody may see
acts      resend, change, cancel, note, contact
money_acts refund, pay again, decide
audit     the audit log of the acts
owed      pure: refunds that failed, and what to do about them
report    what was sold on which day
forms     pure: what the pages send, with amounts as people write them
csv_file  pure: lists as CSV
views     what the pages show
changing  change a booking for the customer: the form and its price
routes    the pages
api       the same for programs
"""
