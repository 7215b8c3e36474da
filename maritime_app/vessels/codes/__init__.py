"""What the numbers in reports stand for.

flags        what is odd about a report
ship_types   groups of ship types and navigational statuses
flag_states  whose flag a station flies
"""
