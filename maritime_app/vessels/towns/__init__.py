"""The towns that the live map names (static/vessels/towns).

making   which ones, and what they are called in each language
"""
