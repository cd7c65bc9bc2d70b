"""Training: what the nets learn from, and the phases in which they learn it.

Reads seeds and an earlier checkpoint. Gives a folder of checkpoints, which a killed training goes on from
(`python -m training.train`).
"""
