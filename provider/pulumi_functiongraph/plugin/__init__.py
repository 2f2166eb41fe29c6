"""The native plugin: the same resource for every Pulumi language, with import and true diffs.

Never here: what a provider does with a property bag (`bridge.config_provider`), and the program.
"""
