"""Tools for those who work on the service.

dev    the service restarted on every change
shell  a Python prompt over open resources
psql   psql on the running copy's database
"""
