"""What is known of a sailing.

catalogue  the facts of sailings that do not change, kept a moment in the process
"""
