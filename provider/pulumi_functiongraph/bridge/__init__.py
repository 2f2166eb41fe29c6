"""What programs and providers share: property bags, names of properties, clients from settings.

Never here: resources, providers, or what one program declares.
"""
