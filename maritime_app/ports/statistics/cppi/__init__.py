"""The World Bank's Container Port Performance Index: https://openknowledge.worldbank.org.

workbook  the annex, a spreadsheet or a CSV of it, to rows of text, within limits
codec     rows to observations, every row and cell accounted for
sync      import a file; pull the newest edition when it is a month old
"""
