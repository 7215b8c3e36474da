"""Who may see a booking.

guests   by link, cookie, surname or session
finding  the form by which it is found
"""
