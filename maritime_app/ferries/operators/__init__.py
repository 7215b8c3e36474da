"""What remote ferry operators and we say to each other; the wire is written down in docs/operator-api.md.

model   parties, offers, reservations, quotes; and the three ways of not getting what we asked for
"""
