"""The lowest price of each day between two ports: kept by a job, read by the strip and the month.

model    a price of a day, and which of several is shown
store    prices by operator in PostgreSQL
service  read, refresh
"""
