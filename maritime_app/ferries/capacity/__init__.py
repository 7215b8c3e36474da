"""Capacity: what of a sailing can be sold only once.

model    places of a sailing that somebody has; what a ship has
ships    pure: from a ship to what a sailing of it can sell
service  what is available; places given back, and taken again
store    the counters in PostgreSQL
"""
