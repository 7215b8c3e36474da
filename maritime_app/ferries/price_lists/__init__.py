"""Price lists that staff write: fares and extras of house operators.

A list is never changed in place. Another one follows it for the sailings of some routes and days;
what was sold keeps the list that it was sold by (booking_leg.fare_id).

model    a list with where it is in use, and what is asked for
checks   pure: what cannot be a price list
store    lists, and the sailings that are sold by them, in PostgreSQL
service  look at the lists, and write one that follows
"""
