"""Money on its way back.

store      the rows of refunds
covering   claims and the money that went back without us
service    owe money back, send it, settle what Stripe says of it
repayment  pay a failed claim again, by the card or elsewhere
"""
