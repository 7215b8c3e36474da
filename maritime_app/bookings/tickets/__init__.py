"""What a passenger shows at the gate.

service         signed codes, QR, the ticket as a PDF
icalendar_file  an iCalendar entry per leg
"""
