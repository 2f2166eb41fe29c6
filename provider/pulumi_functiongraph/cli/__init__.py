"""`fgctl`: the command line, one file a command.

Never here: Pulumi, and what a command needs imported before that command runs.
"""

import sys


def main() -> None:
    """Run `fgctl` with the arguments of this process."""
    if sys.argv[1:] == ["--version"]:
        from pulumi_functiongraph.cli.version import version_line

        sys.stdout.write(version_line())
        return
    from pulumi_functiongraph.cli.commands import COMMANDS, app_of

    named = sys.argv[1:2]
    app_of(named if named and named[0] in COMMANDS else COMMANDS)(prog_name="fgctl")
