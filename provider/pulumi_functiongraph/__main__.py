"""`python -m pulumi_functiongraph`: what there is."""

from __future__ import annotations

import sys

from pulumi_functiongraph.cli.version import version_line

WHAT_THERE_IS = """\
A package for Pulumi programs: asynchronous notification configs of FunctionGraph.

  in a program              import pulumi_functiongraph as functiongraph
  fgctl --help              graphs, drift, pre-checks, reviews, adoption, a local cloud
  fgctl emulator run -- COMMAND
                            a command with a local cloud of its own
  fgctl rules               what is judged before anything is changed
  fgctl doctor              what is missing on this machine, and how to fix it
  pulumi-resource-functiongraph
                            the plugin that the Pulumi engine starts; not for people
"""


def main() -> int:
    """Print it."""
    sys.stdout.write(f"{version_line()}{WHAT_THERE_IS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
