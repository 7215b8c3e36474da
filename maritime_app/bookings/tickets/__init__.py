"""What a passenger shows at the gate.

codes           pure: signed codes that cannot be forged
service         tickets, and the ticket as a PDF
icalendar_file  an iCalendar entry per leg
views           what the ticket page shows
routes          the page, the PDF, the calendar entries
"""
