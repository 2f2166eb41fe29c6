"""Runs the code of one function in a process of its own.

Never here: an import from outside of the standard library and of this package; the process has
nothing else. The name is one that no module of a function will have.
"""
