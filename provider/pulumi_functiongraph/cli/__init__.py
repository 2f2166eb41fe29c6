"""`fgctl`: the command line, one file a command.

Never here: Pulumi, and what a command needs imported before that command runs.
"""

import atexit
import gc
import sys

from pulumi_functiongraph.cli.process import one_process

_MADE_BEFORE_A_SEARCH = 50_000
"""Objects made before Python searches for garbage: loading makes many, none of it garbage."""


def main() -> None:
    """Run `fgctl` with the arguments of this process."""
    gc.set_threshold(_MADE_BEFORE_A_SEARCH)
    atexit.register(gc.freeze)  # the end of the process frees everything without a search
    with one_process():
        if sys.argv[1:] == ["--version"]:
            from pulumi_functiongraph.cli.version import version_line

            sys.stdout.write(version_line())
            sys.stdout.flush()
            return
        from pulumi_functiongraph.cli.commands import app

        try:
            app(prog_name="fgctl")
        except OSError:
            raise  # of a stream or a file, which is no fault of ours
        except Exception:  # noqa: BLE001 - Python's own exit code says that something was found
            sys.excepthook(*sys.exc_info())
            sys.stderr.write("fgctl has a fault: please report it with what stands above\n")
            sys.exit(2)
