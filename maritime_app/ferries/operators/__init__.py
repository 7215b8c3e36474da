"""Remote operators, each over its own API (docs/operator-api.md).

model    the operator API's own words, and how a call can end without an answer
gateway  the one file that speaks to them
codec    its offers as they came, to those that can be shown
service  the operators of this process, each with its gateway and circuit breaker
pricing  what a party pays at one, by its ages and with its cabins
"""
