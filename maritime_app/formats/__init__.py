"""Formats of files, where a library leaves a trap open. Pure.

csv_cells   tables as CSV that spreadsheets open, no cell a formula
csv_rows    rows of CSV, none swallowed by a quote that is left open
xml_text    texts of others in XML, without what it has no place for
zip_errors  what Python raises for an archive that is damaged
"""
