"""`fgctl`: the command line, one file a command.

Never here: Pulumi, and what a command needs imported before that command runs.
"""

import sys

from pulumi_functiongraph.cli.process import one_process


def main() -> None:
    """Run `fgctl` with the arguments of this process."""
    with one_process():
        if sys.argv[1:] == ["--version"]:
            from pulumi_functiongraph.cli.version import version_line

            sys.stdout.write(version_line())
            sys.stdout.flush()
            return
        from pulumi_functiongraph.cli.commands import app

        app(prog_name="fgctl")
