"""Members of staff.

service  add a person, change the role or the password, disable and enable
routes   the administrators' pages: staff, tokens, audit log
"""
