"""A Python language host for the Pulumi engine, for where the official one is not to be had.

It must never be used when an official ``pulumi-language-python`` is found, and it generates no
code: an SDK, a program or a project asked of it is answered with "unimplemented".
"""
