"""Cards that Stripe keeps for their holders, and charges while these are not there.

model    a saved card, the page that saves one, what came of a charge
service  open that page, charge a card, give it up
"""
