"""Cards that Stripe keeps for their holders, and charges while these are not there.

service  open the page that saves one, charge a card, give it up
"""
