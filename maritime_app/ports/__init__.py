"""Harbours and stops, and what official statistics say about them.

model.py     ports as they are stored, listed and shown
store.py     ports in PostgreSQL
service.py   seed, find and show ports
routes.py    /ports, /ports/{code} and the same as JSON
jobs.py      the weekly pull of statistics
statistics/  official figures: read, stored with every vintage, drawn
"""
