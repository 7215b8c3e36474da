"""Processes that run until they are stopped, and what they stand on.

servers            what every process stands on: secrets, servers, schema
start              from settings to a running process, closed in reverse
loading            what each role is made of, loaded when it starts
whole              everything in one process: servers start while the program is loaded
every_role         every role in one process
roles              one role alone; migrate
gate               the gate role: a laptop at the quay
sandbox            the outside world alone
sandbox_settings   settings that point to the sandbox
one_shot           open resources for a command that ends by itself
"""
