"""The nets: VLM² (arXiv 2511.20644) at nano size, in PyTorch, and how they are run over a walk.

Reads frames and questions. Gives tokens, poses, the dual memory and written answers (`loci`), and walks
through all of it with the service's own localisation (`walkthrough`, `localizer`).
"""
