"""What lives inside a user's Pulumi program: input types, gate, audit, hook, property bags.

Never here: HTTP of its own, and rules; those are in cloud and core.
"""
