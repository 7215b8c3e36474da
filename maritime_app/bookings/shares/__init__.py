"""Links by which others may follow a journey: no right but to look, revocable.

model    a share
store    shares in PostgreSQL
service  share, revoke, open
routes   the same for people, and the page that a share opens
"""
