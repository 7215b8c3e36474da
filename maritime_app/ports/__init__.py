"""Harbours and stops, and what official statistics say about them.

model        ports as they come in, are stored, listed and shown
store        ports in PostgreSQL
service      seed, find and show ports
performance  how a port does, in one small answer for programs
views        what the page of a port shows
routes       /ports, /ports/{code} and the same as JSON and CSV
jobs         the weekly pull of statistics
comparison/  ports beside one another: ranking, comparison, countries
tagged       answers with an ETag
gazetteer/   the ports of the world, from published lists
statistics/  official figures: read, stored with every vintage, drawn
"""
