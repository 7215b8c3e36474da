"""What a passenger shows at the gate.

model           a ticket: who or what, on which leg, in which berth
codes           pure: signed codes that cannot be forged, and how old they are
berths          pure: who sleeps where
quays           where a leg begins and ends: check-in, and where both harbours lie
check_in_words  when check-in closes, and who says so
views           what a ticket says, on the page and in the PDF alike
pdf             the same as a tagged PDF
icalendar_file  calendar entries that update and cancel themselves
schema_org      the booking as travel assistants read it
store           berths of the ships, in PostgreSQL
service         the tickets of a booking, and the files made of them
routes          the page, the PDF, the calendar entries
"""
