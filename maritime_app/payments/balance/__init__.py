"""Every movement of the balance at Stripe, read into the ledger.

store    the rows of movements, and how far they have been read
service  read what is new, and book it against what is behind it
"""
