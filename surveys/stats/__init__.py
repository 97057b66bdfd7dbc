"""The statistics of acceptance: plain Python and numpy, without Django and without anything else of ours.

One module a subject, to be imported by name (``from surveys.stats.proportions import wilson``):

=======================  ==============================================================================
estimates                what every figure is made of: value, interval, n, method, reason
proportions              shares: Wilson, Newcombe
means                    means with t intervals, from sums and histograms
reliability              alpha with Feldt's interval, omega, item-rest correlations, alpha if deleted
drivers                  what goes together with the outcome: relative weights, priority, stability
bootstrap                drawing people anew: BCa, and Poisson replicates that add and subtract
groups                   two groups: Welch, Hedges, Cliff; families of tests: Holm, Benjamini-Hochberg
change                   two waves: of different people, of the same people, of both; who left
pairs                    exact integer counts of people in two waves, and change from them
weights                  raking, trimming, and what weights do to means and shares
representativeness       dispositions, rates, dissimilarity, coverage, R-indicator, inclusion panel
scoring                  from answers to scores: reversed items, constructs, accept
comprehension            what a person understood
instruments              SUS, UEQ-S, UEQ, Van der Laan, satisfaction, recommend index, readiness
quality                  signs of careless answering; bursts, duplicates, skewed sources
text                     comments: words, distinctive words, agreement of coders, masking
layout, state            exact integer counts that add and subtract
figures                  what a page shows, read from a state
monitoring               the live band of an open wave; EWMA and CUSUM after the verdict
verdict, planning        the rule LL-1, and what it takes to pass it
sensitivity              what LL-1 would have said had a choice been made otherwise
anonymity                files about single people: k-anonymity by coarsening, l-diversity
=======================  ==============================================================================

scipy is imported inside the functions that need it: importing these modules stays cheap.
"""
