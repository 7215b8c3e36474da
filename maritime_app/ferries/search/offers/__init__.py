"""Sailings direct from one port to another, from every source.

house_offers     sailings whose places are rows here, and those that are only listed
operator_offers  all remote operators side by side
arrivals         what has arrived of searches that are under way
"""
