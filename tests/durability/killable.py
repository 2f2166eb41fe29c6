"""A local cloud in this process that is killed between two commits, and opened again."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from durability.reference import DELIVERY_ATTEMPTS, SECOND, Config, Health, Script
from pulumi_functiongraph.emulator.clock import VIRTUAL_START, VirtualClock
from pulumi_functiongraph.emulator.deliveries.sender import OPERATIONS
from pulumi_functiongraph.emulator.functiongraph import stored_configs
from pulumi_functiongraph.emulator.functiongraph.configs import AsyncConfig, Destination
from pulumi_functiongraph.emulator.http.faults import Fault
from pulumi_functiongraph.emulator.invocations import cancellation
from pulumi_functiongraph.emulator.invocations.runs import REQUESTS
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.state.store import Connection
from unit.emulator.virtual_cloud import AGENCY, MAY_ALL, VirtualCloud

PROJECT = "0123456789abcdef0123456789abcdef"
TOPIC, BUCKET, STREAM = "events", "events", "events"
NAMES = ("a", "b", "c", "d")
PARAMS = {
    "SMN": {"topic_urn": f"urn:smn:cn-north-4:{PROJECT}:{TOPIC}"},
    "OBS": {"bucket": BUCKET, "prefix": "", "expires": 0},
    "DIS": {"stream_name": STREAM},
    **{
        name: {"func_urn": f"urn:fss:cn-north-4:{PROJECT}:function:default:{name}"}
        for name in NAMES
    },
}
SEED = check_seed(
    {
        "projects": [{"name": "cn-north-4", "id": PROJECT}],
        "agencies": [{"name": AGENCY, "grants": list(MAY_ALL)}],
        "functions": [{"name": name, "xrole": AGENCY} for name in NAMES],
        "topics": [{"name": TOPIC}],
        "buckets": [{"name": BUCKET}],
        "streams": [{"name": STREAM}],
    }
)


class Killable:
    """A cloud on a virtual clock, in a folder that outlives it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._runner = asyncio.Runner()
        self.inside = self._open()

    def _open(self) -> VirtualCloud:
        cloud = LocalCloud(seed=SEED, clock=VirtualClock(), directory=self._directory)
        # Nothing here outlives the machine, so that nothing waits for a disk.
        cloud.store._writer.execute("PRAGMA synchronous = OFF")
        _set_options(cloud)
        cloud.start()
        return VirtualCloud(cloud, self._runner)

    @property
    def now(self) -> int:
        """Milliseconds since the beginning."""
        return (self.inside.cloud.clock.now() - VIRTUAL_START) // timedelta(milliseconds=1)

    def configure(self, name: str, config: Config) -> None:
        version = self.inside.version(name)
        if config.age is None:
            self.inside.write(lambda c: stored_configs.delete_config(c, version.number))
            return
        kept = AsyncConfig(
            config.age // SECOND,
            config.retries,
            _destination(config.on_success),
            _destination(config.on_failure),
        )
        now = self.inside.cloud.clock.now()
        self.inside.write(lambda c: stored_configs.put_config(c, version.number, kept, now=now))

    def script(self, name: str, script: Script) -> None:
        fields: dict[str, Any] = {"sleep_seconds": script.sleep / SECOND}
        if script.system_error:
            fields["system_error"] = True
        elif script.fails:
            fields["fails"] = True
        else:
            fields["fail_times"] = script.fail_times
        self.inside.script(name, **fields)

    def set_health(self, health: Mapping[str, Health]) -> None:
        faults = self.inside.cloud.faults
        faults.clear()
        for target, state in health.items():
            service, operation = OPERATIONS[target]
            if state != "up":
                when: Literal["before", "after"] = "before" if state == "down" else "after"
                faults.add(Fault(service=service, operation=operation, status=500, when=when))

    def cancel(self, identifier: str, *, force: bool) -> None:
        cloud = self.inside.cloud
        request = self.inside.request(identifier)

        def change(connection: Connection) -> None:
            cancellation.cancel(connection, request, now=cloud.clock.now())

        self.inside.write(change)
        if force:
            self.inside.run(cloud.dispatcher.interrupt(REQUESTS, request.number))

    def reset(self, *, turns: int) -> None:
        """Go back to the seed while time passes, after so many turns of the event loop."""
        cloud = self.inside.cloud

        async def reset() -> None:
            moving = asyncio.create_task(cloud.dispatcher.advance(timedelta(minutes=1)))
            for _ in range(turns):
                await asyncio.sleep(0)
            await cloud.reset()
            await moving

        self.inside.run(reset())
        _set_options(cloud)

    def restart(self) -> None:
        """End in order, and begin again."""
        self._runner.run(self.inside.cloud.stop())
        self.inside.cloud.close()
        self._begin_again()

    def kill(self) -> None:
        """Let go of everything at once, and begin again."""
        self.inside.cloud.store.close()
        self._begin_again()

    def kill_during(self, work: Callable[[VirtualCloud], None], *, commits: int) -> None:
        """Begin something, and be killed right after so many commits, or when it is done."""
        store, left = self.inside.cloud.store, [commits]
        wake = store.after_commit

        def count() -> None:
            wake()
            left[0] -= 1
            if left[0] == 0:
                self._runner.get_loop().stop()

        store.after_commit = count
        with contextlib.suppress(RuntimeError):
            work(self.inside)
        store.after_commit = wake
        self.kill()

    def close(self) -> None:
        self._runner.run(self.inside.cloud.stop())
        self.inside.cloud.close()
        self._runner.close()

    def _begin_again(self) -> None:
        self._runner.close()
        self._runner = asyncio.Runner()
        self.inside = self._open()


def _set_options(cloud: LocalCloud) -> None:
    cloud.options = cloud.options.model_copy(update={"delivery_attempts": DELIVERY_ATTEMPTS})


def _destination(target: str | None) -> Destination | None:
    if target is None:
        return None
    service = target if target in OPERATIONS else "FunctionGraph"
    return Destination(service, json.dumps(PARAMS[target]))


@contextmanager
def template() -> Iterator[Path]:
    """A folder with a state that was filled once; copies of it are cheap."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        Killable(folder / "first").close()
        yield folder


def copy(folder: Path) -> Path:
    """A new folder with that state."""
    target = Path(tempfile.mkdtemp(dir=folder))
    shutil.copytree(folder / "first", target, dirs_exist_ok=True)
    return target
