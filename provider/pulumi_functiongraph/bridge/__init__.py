"""What programs and the provider share: property bags, clients, touches of the SDK's insides.

Never here: resources, providers, or what one program declares.
"""
