"""From money to a confirmed place, or to money going back.

service  accept a payment, confirm with the operators, refuse, expire
"""
