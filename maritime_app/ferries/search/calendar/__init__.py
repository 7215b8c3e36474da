"""A month of prices between two ports.

boat_trip  pure: a way and its prices as search engines read them
routes     the page
"""
