"""Who is near a ship, and how close they will come to one another.

approach   pure: two ships brought to one time, then their closest point of approach
responses  what programs get, and what may be asked
service    the ships around one, and whether it lies in a harbour
routes     the same over HTTP
"""
