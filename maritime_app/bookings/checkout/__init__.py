"""From chosen sailings to a held booking.

form  the booking form
"""
