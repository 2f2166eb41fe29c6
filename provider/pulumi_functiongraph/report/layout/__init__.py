"""Places for boxes and the arrows between them, in layers from left to right.

Never here: text, shapes and colours. The same graph is laid out the same way in every run.

This is Sugiyama's method: arrows that close a circle are set aside, each box gets a layer, long
arrows get a place in every layer that they pass, and the order within the layers is changed until
few arrows cross. Every arrow leaves its box on the right and arrives on the left, in ways that no
box stands in. A graph that is too wide goes on below, like a text.
"""
