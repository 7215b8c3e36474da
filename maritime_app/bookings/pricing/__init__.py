"""Who travels at which price.

quotes  a booking at its price
"""
