"""Programs that buy for people while answers get lost: one booking per intent? (`make agents`)

__main__  start a copy, let the agents buy, judge
lossy     the line of an agent: calls of tools whose answers get lost
agent     one intent: search, hold, pay with a mandate or hand over to the person who pays, wait; or
          give it up
holder    a person who gives agents a mandate: form, mail, card, key
verdict   what the database says of every intent

An intent is what somebody wants bought once. Whatever was lost or sent twice, it must end as one
booking that is paid once, or as one that was cancelled; and who has lost an answer must know what
became of it within thirty seconds.
"""
