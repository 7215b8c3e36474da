"""Who is signed in, and what they may do.

model     roles and their permissions, the sign-in form
store     staff, tokens and audit lines in PostgreSQL
service   sign in, check a token, make the first administrator
routes    the sign-in page
"""
