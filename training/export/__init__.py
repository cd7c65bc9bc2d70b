"""Export: the bundle that the service loads.

Reads a checkpoint. Gives ONNX graphs that equal PyTorch on recorded cases, a tokenizer and a manifest
(`python -m export.bundle`), its calibrated confidence (`export.calibrate`) and its scores (`export.scores`).
"""
