"""Price lists that staff write: fares and extras of house operators.

A list is never changed in place. One is started, or follows another one for the sailings of some
routes and days; what was sold keeps the list that it was sold by (booking_leg.fare_id).

model       a list with where it is in use, and what is asked for
checks      pure: what cannot be a price list
store       lists, and the sailings that are sold by them, in PostgreSQL
starting    a list that follows no other
copies      what is cached of sailings that are sold by another list
recounting  what was sold by the list before, behind the new one's back
service     look at the lists, start one, write one that follows
"""
