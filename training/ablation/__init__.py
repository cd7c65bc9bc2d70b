"""The ablation study: variants of the model, trained alike, and the report that compares them.

Reads a training's recordings and a checkpoint. Gives a result for every run, a table, a CSV and a figure
(`python -m ablation.study`).
"""
