"""Uses of promo codes: offered with a price, counted with a booking, given back with its end.

store    uses in PostgreSQL
service  what a code takes off, and its use
"""
