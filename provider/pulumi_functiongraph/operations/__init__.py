"""The verbs (lifecycle, pre-check, drift, inventory), over Protocols that are declared here.

Never here: HTTP, Pulumi, and any import of the clients; the doors hand those in.
"""
