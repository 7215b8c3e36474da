"""Stripe's events.

service  verify an event and write it down with its job
routes   the endpoint that Stripe calls
"""
