"""What lives inside a user's Pulumi program: input types, the run and its judgement.

Never here: HTTP of its own, and rules; those are in cloud and core.
"""
