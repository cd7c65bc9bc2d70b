"""The world: rooms and homes, their furniture, decoration and light, and walks through them.

Reads nothing but a seed. Gives scenes (`scenes.make_scene`), walks (`walks.make_walk`), the categories of
things and the seeds of each split.
"""
