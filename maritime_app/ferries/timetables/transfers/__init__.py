"""What a timetable says about changing from one of its boats to another.

model     a rule, and the one that holds between two boats; how long a terminal takes
store     both in PostgreSQL
"""
