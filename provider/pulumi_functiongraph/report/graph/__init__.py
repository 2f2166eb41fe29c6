"""A graph of notifications in every form.

Never here: which edges and cycles there are.
"""
