"""What a process does from its start to its end.

lifecycle       whether it starts, serves or drains
listening       an application behind a port
file_limit      as many connections as the system lets it have
supervise       loops that live as long as it does
waiting         waiting that ends early
late_imports    modules that nobody waits for
loop_lag        how late its event loop is
"""
