"""`python -m pulumi_functiongraph.emulator`: the local cloud from the command line."""

import sys

from pulumi_functiongraph.emulator.command import main

if __name__ == "__main__":
    sys.exit(main())
