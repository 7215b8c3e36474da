"""From an open payment to money: Stripe's Checkout Sessions and their intents.

service     open a payment page, close it, ask Stripe how a payment stands
settlement  money has arrived: into the ledger, and to whoever is paid
"""
