"""Whether a position can be believed.

judging     the ship's motion first, then the land, then whether its neighbours' fail with it
hops        by what a ship is away from where it must be, and whether several went the same way
neighbours  where several ships failed at one time
"""
