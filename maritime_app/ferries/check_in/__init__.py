"""When check-in closes at a quay, and which quay it is.

model    a check-in, and who says so; how long changing ships takes
service  the check-in of an operator at a port
changing how long it takes from one ship to the check-in of the next
store    the operators' rules in PostgreSQL
"""
