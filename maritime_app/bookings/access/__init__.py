"""Who may see a booking, and try a promo code.

guests   by link, cookie, surname or session
finding  the form by which it is found
promo_codes  codes that are guessed
"""
