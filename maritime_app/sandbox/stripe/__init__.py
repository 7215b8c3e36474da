"""A stateful payment provider in the shape of Stripe's API v1, played well enough for the real
library.

Written from Stripe's public API reference (https://docs.stripe.com/api): no card is ever charged.

codec        nested form parameters in, webhook signature out
model        the error shape and the test cards
ledger       every object, key and delivery; one journal line per operation
params       what may be sent, and the refusal when it is not
objects/     what the API keeps and shows: sessions, intents, refunds and the rest
payment      a customer pays a session
saving       a customer saves a card on the page of a session
idempotency  the first answer of a key is the answer for ever
delivery     signed posts to the webhook address, again and again until it says 2xx
timers       what time does: sessions expire, refunds settle
provider     all of the above around one ledger
routes       the API itself
pay          the hosted payment page
"""
