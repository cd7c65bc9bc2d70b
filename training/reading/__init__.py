"""The reader: turns anybody's words into a task and the things that it is about.

A small sentence encoder with a few linear heads is fine-tuned on generated questions and exported as
`read.onnx`.
"""
