"""The style page, `/design`: every piece in every state, drawn by the templates that the pages use.

Whoever changes a piece sees here, and in the browser test of this page, what else changes.

invented  what stands in the pieces
routes    the page
"""
