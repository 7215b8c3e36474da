"""What becomes of everybody aboard when a sailing is late or does not go (EU 1177/2010).

model    a disruption, everybody aboard, and what they may choose
states   where one booking stands in it, as one table
rules    pure: what passengers must hear, until when they may answer
store    disruptions and parties, in PostgreSQL
candidates  pure: which other sailings suit a party, and who would have no berth there
offers   other sailings for a party, and places held on the next one
writing  writing to parties
writers  several at once, in batches; a dead one is replaced
service  follow a sailing, remind, end
remote   other sailings of a remote operator
choices  what a party chooses: another sailing, the price back, or to travel late
routes   that page, and the same for programs
jobs     following, writing, looking after
"""
