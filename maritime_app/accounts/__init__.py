"""Who is signed in, what they may do, and who decides that.

permissions  roles, and what each may do
model        sessions, people, tokens, lines of the audit log; what the forms send
passwords    generated, validated, hashed and compared, a few at a time
devices      browsers in which somebody has signed in before
store        staff, tokens and audit lines in PostgreSQL
service      sign in, check a session or a token, make the first administrator, write the audit log
tokens       make, list and revoke API tokens
audit_log    read the audit log
views        what the pages show
routes       the sign-in pages, and every route of this domain
staff/       add a person, change the role or the password, disable and enable
two_factor/  the second factor: switch on, sign in with it, renew recovery codes, switch off, reset
passkeys/    keys that devices hold: add, sign in with one, remove
notices/     mails to somebody whose credentials changed
step_up      saying again that it is you, before what cannot be undone
step_up_routes  its page
profile/     the page of one's own account
"""
