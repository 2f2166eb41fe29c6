"""The emulator's own controls under `/_emulator/`, one noun a file; no cloud has these.

Never here: behaviour of a cloud. A control looks, or asks a service to do what it does anyway.
"""
