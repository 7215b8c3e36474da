"""What becomes of everybody aboard when a sailing is late or does not go.

store  holds that end with a sailing's sales, in PostgreSQL
jobs   following every change of a sailing
"""
