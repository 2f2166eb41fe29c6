"""The page for people at `/`: what happens here, in a browser.

Never here: facts or orders of its own. The files ask the controls for all that they show and do.
"""
