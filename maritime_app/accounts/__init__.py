"""Who is signed in, what they may do, and who decides that.

model      roles and their permissions, what the forms send
passwords  made, hashed and checked
store      staff, tokens and audit lines in PostgreSQL
service    sign in, check a session or a token, make the first administrator, write the audit log
people     add a person, change the role or the password, disable and enable
totp       codes by time and recovery codes: made, sealed, recognised
factor     the second factor: switch on, sign in with it, renew recovery codes, switch off, reset
half       between the password and the code
tokens     make, list and revoke API tokens
trail      read the audit log
page       what the pages show
desk       the administrators' pages: staff, tokens, audit log
own        the page of one's own account
protect    the second factor on that page
routes     the sign-in pages, and every route of this domain
commands   the same from the command line
"""
