"""The reader: anybody's words to a task and the things that it is about.

Reads templates and synonyms, and a pretrained sentence encoder. Gives `read.onnx`, its tokenizer, and the
manifest's `reading` with the canonical wordings.
"""
