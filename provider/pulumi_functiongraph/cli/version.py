"""`fgctl --version`."""

from importlib.metadata import version


def version_line() -> str:
    """The line that says which release this is."""
    return f"fgctl {version('pulumi-functiongraph')}\n"
