"""Rendering: what a camera sees of a scene, by a ray-caster in C that is compiled at its first use.

Reads scenes and poses. Gives frames (`renderer`, `filming`), the labels of tokens (`labels`) and clips
(`clips`).
"""
