"""The page of a booking and what hangs on it.

views           what it shows
buyer_routes    to whom it is invoiced
invoice_routes  invoices and credit notes as PDF
help_routes     what travellers ask, and whom they reach
codes           the code by mail on a page that ends a journey
device_routes   closing the booking on other browsers
"""
