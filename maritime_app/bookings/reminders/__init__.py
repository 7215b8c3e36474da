"""Mails before departure, and when a ship has not left: each once per version of its time.

model    what there is to remind of
rules    pure: whether a ship lies in port that should have left
store    what was sent, in PostgreSQL
service  who is to be written to, and writing
jobs     by the clock
"""
