"""The page of a booking and what hangs on it.

views           what it shows
invoice_routes  invoices and credit notes as PDF
device_routes   closing the booking on other browsers
"""
