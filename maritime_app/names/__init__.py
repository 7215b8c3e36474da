"""What things are called wherever people read of them.

brand        the service itself
countries    the countries of ISO 3166-1
port_names   ports in the reader's script
extra_names  extras that operators have added
"""
