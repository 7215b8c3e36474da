"""Checkouts, webhooks, refunds, and whether the money adds up.

model           what a payment, a refund and an event are
store           their rows, and the ledger's
gateway         the one file that speaks to Stripe
webhooks/       an event in: verified, written down with its job, answered
refunds/        money on its way back
reconciliation  money that Stripe has and nobody told us of
service         open, settle, close, reconcile
jobs            working through events, sending refunds, asking after open payments
"""
