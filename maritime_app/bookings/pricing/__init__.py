"""Request to quote: who travels at which price, worked out here, never taken from the client.

model            what is priced, and the price
rules            pure: who may travel with whom and what, on which sailing
service          the only way to a price and to a hold
sources          what a house operator's inventory and a remote operator have in common
giving_back      legs of what is over, to whoever sold them
house_inventory  legs sold from our own inventory
operator_calls   what remote operators were asked and said, for the desk's timeline
remote_operator  legs that a remote operator sells
"""
