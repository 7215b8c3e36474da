"""A stateful payment provider in the shape of Stripe's API v1, played well enough for the real
library.

Written from Stripe's public API reference (https://docs.stripe.com/api): no card is ever charged.

codec        nested form parameters in, webhook signature out
model        the error shape and the test cards
ledger       every object, key and delivery; one journal line per operation
params       what may be sent, and the refusal when it is not
lists        pages of objects and the expansion of ids
events       what happened, as the objects were at that moment
order        line items and their total
sessions     Checkout Sessions: created, looked at, expired
payment      a customer pays a session
intents      PaymentIntents and their charges
refunds      refunds, pending and failing ones too
balance      every movement of the account's balance
disputes     chargebacks opened and closed from the control page
idempotency  the first answer of a key is the answer for ever
delivery     signed posts to the webhook address, again and again until it says 2xx
timers       what time does: sessions expire, refunds settle
provider     all of the above around one ledger
routes       the API itself
pay          the hosted payment page
"""
