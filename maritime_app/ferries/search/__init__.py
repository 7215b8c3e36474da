"""Sailings for a question, priced for a party.

service  one fetch per question for all who wait: own sailings and remote offers
views    what the results page shows
routes   search page and API, departures, the first page
"""
