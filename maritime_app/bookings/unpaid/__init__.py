"""Budgets for places that are held and not paid: per caller, per contact, per sailing.

A limit on requests does not protect places: ninety of them, 20 passengers each, hold a whole ship
for half an hour and cost nothing. What is scarce is counted itself, in Redis and in one step for
all processes; it is given back with the payment, the cancellation, or the end of the hold. Who has
paid before may hold more.

model       who holds, and how much
live_store  the counts in Redis
batch       one step there takes for many bookings
service     take from the budgets, give back to them
"""
