"""Promo codes: what an operator takes off its legs for whoever names one.

model    a code, and how one is asked for
rules    pure: who may use one, and what it takes off
store    codes in PostgreSQL
service  look at them, make one, end one
"""
