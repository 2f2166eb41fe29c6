"""Run one Pulumi program: ``python run_program.py DEPLOYMENT``, in the program's own Python.

DEPLOYMENT is a JSON object (see ``Deployment``); the configuration comes in the variables that the
Pulumi SDK reads itself. Nothing but the standard library and the Pulumi SDK may be imported here:
this file runs in environments that know nothing of the host.

Exit codes, which the host tells the engine about: 0 success; 32 the failure was shown already, so
the engine says no more; anything else is reported as such.
"""

import asyncio
import importlib.util
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypedDict

SHOWN_ALREADY = 32
INTERRUPTED = 130
_WORKERS_PER_OPERATION = 4


class Deployment(TypedDict):
    """What the engine wants done, as far as the program has to know."""

    monitor: str
    engine: str
    project: str
    stack: str
    organization: str
    root_directory: str
    program: str
    """Folder with a ``__main__.py``, or a file."""
    arguments: list[str]
    working_directory: str
    parallel: int
    dry_run: bool


def main(deployment: Deployment) -> int:
    """Run the program to its end, with everything that it registers, and return the exit code."""
    if importlib.util.find_spec("pulumi") is None:
        _say(
            f"The Pulumi SDK is not installed for {sys.executable}, which runs this program. "
            "`pulumi install` installs the project's dependencies; the runtime option "
            "`virtualenv` in Pulumi.yaml names an environment that has them."
        )
        return SHOWN_ALREADY
    import pulumi

    program = Path(deployment["program"])
    if program.is_dir() and not (program / "__main__.py").is_file():
        _configure(deployment)
        pulumi.log.error(f"There is no program in {program}: it has no `__main__.py`.")
        return SHOWN_ALREADY
    _prepare_process(deployment, program)
    _configure(deployment)
    return _run(program, parallel=deployment["parallel"])


def _prepare_process(deployment: Deployment, program: Path) -> None:
    """Make folder, arguments and import path what they are for ``python PROGRAM ARGUMENTS``."""
    sys.argv = [str(program), *deployment["arguments"]]
    folder = program if program.is_dir() else program.parent
    # In place of the folder of this file, which the program has no business with.
    own = str(Path(__file__).parent)
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != own)]
    os.chdir(deployment["working_directory"])


def _configure(deployment: Deployment) -> None:
    from pulumi import runtime

    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(
        runtime.Settings(
            project=deployment["project"],
            stack=deployment["stack"],
            monitor=deployment["monitor"],
            engine=deployment["engine"],
            parallel=deployment["parallel"],
            dry_run=deployment["dry_run"],
            organization=deployment["organization"],
            root_directory=deployment["root_directory"],
        )
    )


def _run(program: Path, *, parallel: int) -> int:
    import pulumi

    # A program that fails leaves futures behind that nobody looks at; asyncio would say so at
    # length, after the one message that matters.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)

    def body() -> None:
        runpy.run_path(str(program), run_name="__main__")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    workers = ThreadPoolExecutor(max(parallel, 1) * _WORKERS_PER_OPERATION)
    loop.set_default_executor(workers)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(body))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 # whatever a program raises is its user's to see
        trace = "".join(traceback.format_exception(_from_the_program_on(error, program)))
        pulumi.log.error(f"Program failed with an unhandled exception:\n{trace}")
        return SHOWN_ALREADY
    finally:
        workers.shutdown(wait=True)
        loop.close()
    return 0


def _from_the_program_on(error: Exception, program: Path) -> Exception:
    """Drop the frames of the runtime from the traceback, as far as the program is in it."""
    entry = (program / "__main__.py" if program.is_dir() else program).resolve()
    trace = error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).resolve() == entry:
            return error.with_traceback(trace)
        trace = trace.tb_next
    return error


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    wanted: Any = json.loads(sys.argv[1])
    code = main(wanted)
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
