"""Tables that grow for ever.

months          tables in months: made ahead, archived by age
batched_erasure long clean-ups in short transactions
"""
