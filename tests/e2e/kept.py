"""A stack and a cloud as an `up` leaves them, set aside, so that many tests begin there."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import Cli
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn

Applied = Callable[[Cli, Cloud], None]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    """Return a function that applies a stack's program: the first time with `up`, then by copies.

    It is for one program of a module, in stacks of one name.
    """
    kept = tmp_path_factory.mktemp("applied")
    live: list[Config] = []

    def apply(cli: Cli, cloud: Cloud) -> None:
        state, settings = cli.state_folder, cli.project / f"Pulumi.{cli.stack}.yaml"
        if live:
            shutil.copytree(kept / "state", state, dirs_exist_ok=True)
            shutil.copy(kept / settings.name, settings)
            for config in live:
                cloud.by_hand.put_async_config(config)
            _date(state, cloud)
        else:
            cli.up()
            shutil.copytree(state, kept / "state")
            shutil.copy(settings, kept)
            found = map(cloud.by_hand.get_async_config, map(FunctionUrn.parse, cloud.configs()))
            live.extend(each.config for each in found if each is not None)
        cloud.forget_requests()

    return apply


def _date(state: Path, cloud: Cloud) -> None:
    """Let the state hold the times at which the cloud has made and changed its configs."""
    configs = cloud.configs()
    (file,) = (state / ".pulumi" / "stacks").rglob("*.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    for each in document["checkpoint"]["latest"]["resources"]:
        if each.get("id") in configs:
            found = configs[each["id"]]
            times = {"createdTime": "created_time", "lastModified": "last_modified"}
            each["outputs"] |= {key: found[name] for key, name in times.items()}
    file.write_text(json.dumps(document), encoding="utf-8")
