"""A graph as shapes, lines and texts with their places; `report.html` makes SVG of it.

Never here: what a graph says of a program, which a report knows, and the marks of SVG.
"""
