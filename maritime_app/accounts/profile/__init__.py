"""One's own account.

routes             the page of one's own account
two_factor_routes  the second factor on that page
passkey_routes     passkeys on that page
"""
