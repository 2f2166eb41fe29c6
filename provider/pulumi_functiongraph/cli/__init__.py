"""`fgctl`: the command line, one file a command.

Never here: Pulumi, and what a command needs imported before that command runs.
"""

import sys

from pulumi_functiongraph.cli.process import one_process


def main() -> None:
    """Run `fgctl` with the arguments of this process."""
    with one_process():
        _run(sys.argv[1:])


def _run(arguments: list[str]) -> None:
    if arguments == ["--version"]:
        from pulumi_functiongraph.cli.version import version_line

        sys.stdout.write(version_line())
        sys.stdout.flush()
        return
    from pulumi_functiongraph.cli.commands import COMMANDS, app_of

    named = arguments[:1]
    app_of(named if named and named[0] in COMMANDS else COMMANDS)(prog_name="fgctl")
