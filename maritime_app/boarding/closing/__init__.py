"""The end of boarding: the count that is declared before the ship leaves.

service  closing with a count, opening again
"""
