"""Extras that operators add to those that everybody sells: parking, a picnic, early check-in.

model    what one is called, and how it is asked for
codes    pure: an operator's code of what is called so
store    kinds in PostgreSQL
names    what they are called, for the process's catalogue
service  look at them, add one, take one back that nothing sells
"""
