"""Sailings planned from a pattern: weekdays, times of the quay's clock, from one day to another.

model    a pattern, and the departures that follow from it
pattern  pure: from a pattern to departures, whatever the clocks do meanwhile
store    what a plan is made of, and what it writes, in PostgreSQL
service  look at a plan, and write it
"""
