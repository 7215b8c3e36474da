"""What `run.py` understands: roles that run for ever, and one-shot commands.

start    from settings to a running process, closed in reverse
imports  read a timetable or a statistics file; the task self-test
staff    staff, tokens and second factors from the command line
"""
