"""Remote operators, each over its own API.

model     the operator API's own words
gateway   the one file that speaks to remote operators
registry  all remote operators side by side, each with its deadline and breaker
"""
