"""Sailings are run by people: sales closed and opened, delays, another ship, cancellations.

model    sailings as staff see them, and what they ask for
states   where a sailing stands, as one table
checks   pure: times that can be, and what an act has changed
store    sailings, ships and the close of sales in PostgreSQL
service  the acts; each is in the audit log, and passengers hear of it
"""
