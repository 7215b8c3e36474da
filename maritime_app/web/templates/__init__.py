"""How pages' templates become text.

page_environment    how they are read, by the server and by the process that compiles them
compiled_templates  as an earlier process compiled them
compiling           that process: it compiles them ahead
page_texts          what `_` of the templates returns
kept_parts          parts that are the same for all readers of a language, kept as rendered
"""
