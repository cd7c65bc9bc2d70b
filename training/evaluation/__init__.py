"""Evaluation: held-out walks, and studies of nets and bundles on them.

Reads weights or a bundle. Gives scores of nets, error analyses, drift, novelty, the sample clips, and the
test set that the service's evaluator asks a bundle about.
"""
