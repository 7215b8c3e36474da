"""A publisher of warnings to ships: one list, invented and said to be so.

bulletin   what it warns of on a day
server     the list over HTTP, with its faults
"""
