"""What the API keeps and shows.

lists        pages of objects and the expansion of ids
events       what happened, as the objects were at that moment
order        line items and their total
sessions     Checkout Sessions: created, looked at, expired
intents      PaymentIntents and their charges
setups       SetupIntents: a card is saved while its holder is there
customers    customers and the cards that were saved of them
absent       a saved card is charged while its holder is not there
refunds      refunds, pending and failing ones too
balance      every movement of the account's balance
disputes     chargebacks opened and closed from the control page
"""
