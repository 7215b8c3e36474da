"""What `run.py` understands: roles that run for ever, and one-shot commands.

main         arguments to an exit code
arguments    the commands put together: words to work
injection    what a command gets beside its arguments
output       tables and progress bars on a terminal
processes/   processes that run until they are stopped, and what they stand on
commands/    commands that end by themselves
developer/   tools for those who work on the service
"""
