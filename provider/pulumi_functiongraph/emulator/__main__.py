"""`python -m pulumi_functiongraph.emulator`: the local cloud from the command line."""

import gc
import sys

gc.disable()  # What a start loads stays; to look through it is a seventh of the start.

from pulumi_functiongraph.emulator.command import main  # noqa: E402 # what is loaded here, too

if __name__ == "__main__":
    sys.exit(main())
