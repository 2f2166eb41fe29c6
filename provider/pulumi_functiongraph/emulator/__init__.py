"""The local cloud (extra emulator): FunctionGraph, IAM, SMN, DIS and OBS, and a pytest plugin.

Never here: an import of this package's other parts; client and emulator share no mistake.
"""
