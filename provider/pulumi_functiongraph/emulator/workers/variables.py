"""The environment of a worker: what the function has set, and nothing of the local cloud's own."""

import json
from pathlib import Path

from pulumi_functiongraph.emulator.invocations.outcome import MAX_ANSWER
from pulumi_functiongraph.emulator.workers.job import Job


def variables(job: Job, *, code: Path, scratch: Path) -> dict[str, str]:
    """Every environment variable of a process that runs `job.code`.

    The RUNTIME ones are documented (user guide, "Configuring Environment Variables", preset
    values) and cannot be set by a function; RUNTIME_ROOT and RUNTIME_LOG_DIR name folders that the
    local cloud has not, and are left out. The first five are ours, and a function may set them.

    Args:
        job: a run; only what all runs of the process share is read.
        code: the folder with the code.
        scratch: the folder for temporary files.
    """
    ours = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
    }
    preset = {
        "RUNTIME_PROJECT_ID": job.project_id,
        "RUNTIME_FUNC_NAME": job.function_name,
        "RUNTIME_FUNC_VERSION": job.version,
        "RUNTIME_PACKAGE": job.package,
        "RUNTIME_HANDLER": job.code.handler,
        "RUNTIME_TIMEOUT": str(job.timeout),
        "RUNTIME_USERDATA": json.dumps(dict(job.user_data)),
        "RUNTIME_CPU": str(job.millicores),
        "RUNTIME_MEMORY": str(job.memory_mib),
        "RUNTIME_MAX_RESP_BODY_SIZE": str(MAX_ANSWER),
        "RUNTIME_INITIALIZER_HANDLER": job.code.initializer,
        "RUNTIME_INITIALIZER_TIMEOUT": str(job.initializer_timeout),
        "RUNTIME_CODE_ROOT": str(code),
    }
    return ours | dict(job.user_data) | preset
