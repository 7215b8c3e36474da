"""Sailings: one ship, one departure, from one place to another.

sales      pure: whether a sailing may still be sold
service    what other domains may ask about sailings
catalogue  sailings kept for a moment in the process
store      sailings and their fares in PostgreSQL
"""
