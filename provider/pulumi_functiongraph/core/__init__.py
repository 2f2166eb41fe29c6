"""The pure core: names, targets, configs, events, findings and the rules that judge them.

Never here: Pulumi, HTTP, files, the environment, a clock, randomness.
"""
