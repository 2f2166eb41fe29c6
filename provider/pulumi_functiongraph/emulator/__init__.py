"""The local cloud (extra emulator): FunctionGraph, IAM, SMN and OBS on loopback, and a pytest plugin.

Never here: any import of this package's other parts, so that client and emulator cannot share a mistake.
"""
