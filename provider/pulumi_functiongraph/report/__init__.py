"""Results as text, markdown, json, sarif, mermaid and html: one renderer a file.

Never here: reading a cloud or judging what was found.
"""
