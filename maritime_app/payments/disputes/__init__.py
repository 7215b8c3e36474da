"""A customer's bank wants the money back.

store    the rows of disputes
service  follow a dispute from its opening to its end, and to what staff decide
"""
