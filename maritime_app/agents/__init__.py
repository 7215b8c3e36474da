"""What programs that act for people may do here: the Model Context Protocol, and llms.txt.

protocol  pure: a message of the protocol, and why one is refused
model     what tools are asked with
schemas   pure: JSON schemas of their arguments
tools     the table of tools: what each does and may change
answers   refusals and results as tools answer them
routes    the endpoint, and the page for programs that read
"""
