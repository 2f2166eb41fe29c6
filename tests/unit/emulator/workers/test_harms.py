"""What goes wrong in a function harms no other run."""

import re
import sys

import pytest

from pulumi_functiongraph.emulator.invocations.outcome import MAX_ERROR
from pulumi_functiongraph.emulator.workers.worker import MAX_LOG
from unit.emulator.workers.jobs import GOOD, Pool, ended, failed, inline, returned

LATE = "Timeout: the function was still running after its time-out of 1 s"
NO_JSON = "FunctionError: failed to convert the result to a JSON string, err: .*"
MEMORY = "MemoryError: the code needs more than the memory of the function, 128 MiB"

HARMS: dict[str, tuple[str, str]] = {
    "exception": ("def handler(e, c): raise ValueError('no\\nstock')", "ValueError: no stock"),
    "exception without text": ("def handler(e, c): raise KeyError", "KeyError:"),
    "exception whose text raises": (
        """
        class Odd(Exception):
            def __str__(self): raise RuntimeError
        def handler(e, c): raise Odd
        """,
        "Odd:",
    ),
    "exception with half a character": (
        "def handler(e, c): raise ValueError('\\ud800')",
        r"ValueError: \?",
    ),
    "recursion": ("def handler(e, c): return handler(e, c)", "RecursionError: .*"),
    "handler of other arguments": ("def handler(): pass", "TypeError: .*"),
    "sys.exit": (
        "import sys\ndef handler(e, c): sys.exit(3)",
        r"SystemExit: the code called sys\.exit\(3\)",
    ),
    "os._exit": (
        "import os\ndef handler(e, c): os._exit(3)",
        "ProcessEnded: the process of the function ended with status 3",
    ),
    "signal": (
        "import os, signal\ndef handler(e, c): os.kill(os.getpid(), signal.SIGKILL)",
        "ProcessEnded: the process of the function was ended by SIGKILL",
    ),
    "crash": (
        "import os\ndef handler(e, c): os.abort()",
        "ProcessEnded: the process of the function was ended by SIGABRT",
    ),
    "endless loop": ("def handler(e, c):\n    while True: pass", LATE),
    "endless loop inside of the interpreter": (
        "import re\ndef handler(e, c): re.match('(a*)*b', 'a' * 100)",
        LATE,
    ),
    "endless sleep that ignores signals": (
        """
        import signal, time
        for each in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(each, signal.SIG_IGN)
        def handler(e, c): time.sleep(1000)
        """,
        LATE,
    ),
    "stopped": (
        "import os, signal\ndef handler(e, c): os.kill(os.getpid(), signal.SIGSTOP)",
        LATE,
    ),
    "endless import": ("while True: pass", LATE),
    "endless output": ("def handler(e, c):\n    while True: print('x' * 1000)", LATE),
    "much memory": ("def handler(e, c): return len(bytearray(1 << 30))", MEMORY),
    "more and more memory": (
        """
        def handler(e, c):
            held = []
            while True: held.append("x" * 1000 + str(len(held)))
        """,
        MEMORY,
    ),
    "copy of the process that comes back": (
        """
        import os
        def handler(e, c):
            if os.fork() == 0: return "from the copy"
            os.wait()
            raise ValueError("from the process")
        """,
        "ValueError: from the process",
    ),
    "copy of the process that outlives it": (
        """
        import os, time
        def handler(e, c):
            if os.fork() == 0: time.sleep(1000)
            os._exit(1)
        """,
        "ProcessEnded: the process of the function ended with status 1",
    ),
    "closed descriptors": (
        "import os\ndef handler(e, c): os.closerange(0, 1000)",
        "ProcessEnded: .*",
    ),
    "closed descriptors, and no end": (
        "import os, time\ndef handler(e, c): os.closerange(0, 1000); time.sleep(1000)",
        "ProcessEnded: the code closed the connection of its runtime",
    ),
    "closed streams": (
        "import sys\ndef handler(e, c):\n    sys.stdout.close(); sys.stderr.close(); 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "noise on the connection": (
        """
        import os
        def handler(e, c):
            for number in range(3, 50):
                try: os.write(number, b"noise" * 100)
                except OSError: pass
        """,
        "ProcessEnded: the code wrote to the connection of its runtime",
    ),
    "answer that is no JSON": ("def handler(e, c): return object()", NO_JSON),
    "answer of bytes": ("def handler(e, c): return b''", NO_JSON),
    "answer that is no number": ("def handler(e, c): return float('nan')", NO_JSON),
    "answer with half a character": ("def handler(e, c): return '\\ud800'", NO_JSON),
    "answer that holds itself": (
        "def handler(e, c):\n    held = []; held.append(held); return held",
        NO_JSON,
    ),
    "huge answer": (
        "def handler(e, c): return 'x' * (6 << 20)",
        "FunctionError: response body size 6291458 exceeds the limit of 6291456",
    ),
    "syntax": (
        "def handler(e, c)\n    pass",
        r"SyntaxError: Syntax error in module 'index'\(expected ':' \(index\.py, line 1\)\)",
    ),
    "import": ("import nonesuch", "ModuleNotFoundError: No module named 'nonesuch'"),
    "exit at import": ("raise SystemExit", r"SystemExit: the code called sys\.exit\(None\)"),
    "no handler": ("x = 1", "FunctionError: Handler 'handler' missing on module 'index'"),
    "handler that is no function": (
        "handler = 1",
        "FunctionError: Handler 'handler' missing on module 'index'",
    ),
    "folder without permissions": (
        """
        import os
        def handler(e, c):
            os.makedirs("a/b/c"); os.chmod("a/b", 0); os.chmod("a", 0); os.chmod("..", 0)
            raise SystemExit
        """,
        "SystemExit: .*",
    ),
    "file beyond the temporary space": (
        """
        import os, tempfile
        def handler(e, c):
            with tempfile.TemporaryFile() as held: os.truncate(held.fileno(), 1 << 30)
        """,
        r"OSError: \[Errno 27\] File too large",
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_harm_is_a_function_error_and_the_next_run_is_good(shared: Pool, harm: str) -> None:
    source, error = HARMS[harm]
    timeout = 1 if error == LATE else 20
    for _ in range(2):
        outcome = shared.one(source, timeout=timeout)
        failed(outcome)
        assert re.fullmatch(error, outcome.error), outcome.error
        assert len(outcome.log) < MAX_LOG + 500
        assert returned(shared.one(GOOD, 1)) == 1


STARTS = {
    "in its group": 'start(["sleep", "1000"])',
    "in a group of its own": 'start(["sleep", "1000"], process_group=0)',
    "in a session of its own": 'start(["sleep", "1000"], start_new_session=True)',
    "as a daemon": 'start(["sh", "-c", "setsid sleep 1000 & echo $! > child"]).wait()',
    "as a copy": "copy()",
}


@pytest.mark.parametrize("end", ["os._exit(0)", "time.sleep(1000)"])
@pytest.mark.parametrize("how", STARTS)
def test_what_a_function_started_dies_with_it(shared: Pool, how: str, end: str) -> None:
    if sys.platform != "linux" and how != "in its group":
        pytest.skip("needs /proc")
    source = f"""
        import os, subprocess, time
        def start(command, **how):
            child = subprocess.Popen(command, **how)
            print("child", child.pid, flush=True)
            return child
        def copy():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    print("child", os.getpid(), flush=True)
                    time.sleep(1000)
                os._exit(0)
            os.wait()
            time.sleep(0.2)
        def handler(event, context):
            {STARTS[how]}
            if os.path.exists("child"): print("child", open("child").read(), flush=True)
            {end}
    """
    found = re.findall(r"child (\d+)", shared.one(source, timeout=1).log)
    assert found
    assert all(ended(int(each)) for each in found)


def test_a_thread_that_goes_on_printing_is_held_up_between_runs(shared: Pool) -> None:
    source = """
        import os, threading
        counted = []
        def count():
            while True:
                os.write(1, b"x" * 999 + b"\\n")
                counted.append(1)
        def handler(event, context):
            if not counted: threading.Thread(target=count, daemon=True).start()
            return len(counted)
    """
    returned(shared.one(source))
    returned(shared.one(GOOD))
    pipes = [returned(shared.one(source)) for _ in range(2)]
    assert pipes[0] > 0


def test_after_an_exception_the_process_is_used_again(shared: Pool) -> None:
    source = """
        import os
        def handler(event, context):
            if event: raise ValueError(os.getpid())
            return os.getpid()
    """
    assert failed(shared.one(source, 1))["errorMessage"] == str(returned(shared.one(source, 0)))


@pytest.mark.parametrize("harm", ["SystemExit", "MemoryError", "KeyboardInterrupt"])
def test_after_an_error_that_ends_programs_the_process_is_not_used_again(
    shared: Pool, harm: str
) -> None:
    source = f"""
        import os
        def handler(event, context):
            print("process", os.getpid())
            if event: raise {harm}
    """
    logs = [shared.one(source, event).log for event in (1, 0)]
    first, second = (re.findall(r"process (\d+)", log) for log in logs)
    assert len(first) == len(second) == 1
    assert first != second


SPOILT = {
    "standard output is closed": "sys.stdout.close()",
    "descriptor is closed": "os.close(1)",
    "descriptor is another file": "os.dup2(os.open(os.devnull, os.O_WRONLY), 2)",
    "descriptor is opened and closed": "open(1, 'w').close()",
    "standard error is replaced": "sys.stderr = io.StringIO()",
    "standard output is missing": "sys.stdout = None",
    "working folder": "os.chdir('/')",
    "mask of new files": "os.umask(0o777)",
    "alarm": "signal.setitimer(signal.ITIMER_REAL, 0.3)",
    "limit": "resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))",
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("end", ["", "raise ValueError"])
def test_what_a_run_does_to_its_process_spoils_no_later_run(
    shared: Pool, how: str, end: str
) -> None:
    source = f"""
        import io, os, resource, signal, sys, time
        def handler(event, context):
            if event:
                {SPOILT[how]}
                {end}
                return
            time.sleep({0.5 if how == "alarm" else 0})
            print("said", flush=True)
            print("warned", file=sys.stderr, flush=True)
            os.write(1, b"written")
            with open("kept", "w"): pass
            with open("kept"): pass
            os.remove("kept")
            return os.path.exists("index.py")
    """
    shared.one(source, 1)

    outcome = shared.one(source, 0)

    assert returned(outcome)
    assert all(word in outcome.log for word in ("said", "warned", "written"))


def test_a_stream_that_the_code_sets_as_it_is_loaded_is_no_harm(shared: Pool) -> None:
    source = """
        import io, os, sys
        sys.stdout = io.TextIOWrapper(open(1, "wb", buffering=0, closefd=False), write_through=True)
        def handler(event, context):
            print("said")
            return os.getpid()
    """
    first, second = shared.one(source), shared.one(source)
    assert returned(first) == returned(second)
    assert "said" in second.log


def test_stack_names_files_as_they_lie_in_the_cloud(shared: Pool) -> None:
    source = "def handler(event, context):\n    raise ValueError('no')"
    outcome = shared.one(source)
    assert failed(outcome)["stackTrace"] == [
        'File "/opt/function/code/index.py", line 2, in handler',
        "raise ValueError('no')",
    ]
    assert "(invoke Failed), duration" in outcome.log
    assert 'File "/opt/function/code/index.py", line 2, in handler\n' in outcome.log
    assert str(shared.folder) not in outcome.log


def test_stack_of_a_syntax_error_is_its_line(shared: Pool) -> None:
    assert failed(shared.one("def handler(e, c)"))["stackTrace"][:2] == [
        'File "/opt/function/code/index.py", line 1',
        "def handler(e, c)",
    ]


def test_initializer_that_lasts_too_long_is_a_function_error(shared: Pool) -> None:
    source = """
        import time
        def initialise(context): time.sleep(1000)
        def handler(event, context): pass
    """
    code = inline(source, initializer="index.initialise")
    assert "1 s" in failed(shared.one(code, initializer_timeout=1))["errorMessage"]


def test_initializer_that_fails_is_a_function_error_each_time(shared: Pool) -> None:
    source = """
        def initialise(context): raise ValueError("no")
        def handler(event, context): pass
    """
    code = inline(source, initializer="index.initialise")
    assert [shared.one(code).error for _ in range(2)] == ["ValueError: no"] * 2


def test_an_error_is_one_line_of_bounded_length(shared: Pool) -> None:
    outcome = shared.one("def handler(e, c): raise ValueError('x\\n' * 100_000)")
    assert len(outcome.error) <= MAX_ERROR
    assert len(outcome.payload) < 100_000
