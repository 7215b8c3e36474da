"""Stripe's events.

routes      the endpoint that Stripe calls
service     an event in: verified, written down with its job, answered
processing  a stored event, worked through
"""
