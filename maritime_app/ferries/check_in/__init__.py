"""When check-in closes at a quay, and which quay it is.

model    a check-in, and who says so
service  the check-in of an operator at a port
store    the operators' rules in PostgreSQL
"""
