"""What a passenger shows at the gate.

model           a ticket: who or what, on which leg, in which berth
codes           pure: signed codes that cannot be forged, and how old they are
berths          pure: who sleeps where
fonts           the letters that can be printed
views           what a ticket says, on the page and in the PDF alike
pdf             the same as a tagged PDF
icalendar_file  calendar entries, one a leg
store           berths of the ships, in PostgreSQL
service         the tickets of a booking, and the files made of them
routes          the page, the PDF, the calendar entries
"""
