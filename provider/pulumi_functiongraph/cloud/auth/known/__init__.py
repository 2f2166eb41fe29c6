"""Every variable and key of the field that decides place or identity, and what is done with it.

Never in here: reading one. The modules beside this package do that, by these names.
"""
