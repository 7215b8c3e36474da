"""Ports beside one another: ranked by their connectivity, a few of them over time, a country.

model    a rank, a ranking, a comparison, and how they are asked for
store    the ranking in PostgreSQL
service  rank the ports, compare some, a country's figures
tables   the same rows as CSV
routes   the pages, JSON and CSV
"""
