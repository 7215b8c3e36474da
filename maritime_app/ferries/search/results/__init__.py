"""Results as the page shows them.

filters          pure: order, and what the reader leaves out
cards            one sailing or journey as the page shows it
party_words      who travels, in words
around           prices of the days beside it, and what sails instead
views            what the results page shows
arriving_routes  results that follow as operators answer
"""
