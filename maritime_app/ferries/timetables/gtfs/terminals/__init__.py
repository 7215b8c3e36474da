"""The insides of terminals (pathways.txt, levels.txt): how one gets to a pier, and from one to
another.

pathways  the rows, checked
network   the pathways of stations as one network; its doubts
ways      the quickest way between two piers, and from and to the street
rows      all of it as rows of a feed again
"""
