"""Capacity: what of a sailing can be sold only once.

model    places of a sailing that somebody has
service  what is available; places given back, and taken again
store    the counters in PostgreSQL
"""
