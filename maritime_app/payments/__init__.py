"""Checkouts, webhooks, refunds, and whether the money adds up.

model           what a payment, a refund and an event are
saved_card      a card that Stripe keeps, the page that saves one, a charge of it
states          the states of a payment and of a refund, as tables
store           their rows, and the ledger's
stripe_amounts  pure: amounts as Stripe wants them
codec           pure: Stripe's objects as our structs
claims          pure: what is owed to a customer and what went back
ledger          double entry, every transaction once
gateway         the one file that speaks to Stripe
stripe_calls    one call to Stripe, and what can come of it
stripe_http     how the library asks over HTTP
checkouts/      from an open payment to money
saved_cards/    cards that are charged while their holders are not there
webhooks/       an event in, and worked through
refunds/        money on its way back
disputes/       banks that want money back
balance/        every movement of the balance at Stripe
reconciliation  money that Stripe has and nobody told us of
service         payments of a subject, and which of them it accepted
months          what of the events is kept by months
invariants      what must always be true of money
jobs            working through events, sending refunds, asking after open payments
"""
