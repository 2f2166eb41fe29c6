"""A secret stays one in whichever form it is declared, through every operation of the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite
from e2e.engine_cli import StackAt, write_project
from e2e.fgctl import fgctl
from e2e.observed import (
    CREDENTIALS,
    MARK,
    Observed,
    have_credentials,
    is_secret,
    without_credentials,
)
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.emulator.process import Emulator

pytestmark = pytest.mark.engine

START = """\
import json

step = pulumi.Config().require_int("step")
secret = pulumi.Output.secret
bucket, other = secret("canary-bucket"), secret("canary-other")
name = bucket if step == 1 else other
topic = pulumi.Config().require_secret("topic")
made = {}

def raw(destination, **param):
    return {"destination": destination, "param": pulumi.Output.json_dumps(param)}

def config(name, opts=None, **properties):
    properties.setdefault("max_async_retry_attempts", step)
    made[name] = AsyncNotificationConfig(name, opts, function_urn=f"of-{name}", **properties)

async def later(value):
    return value

def transformed(args):
    if args.name not in ("by-transformation", "by-stack-transformation"):
        return None
    props = {**args.props, "on_failure": raw("OBS", bucket=name)}
    return pulumi.ResourceTransformationResult(props=props, opts=args.opts)

def transformed_by_the_engine(args):
    if args.name not in ("by-transform", "by-stack-transform"):
        return None
    props = {**args.props, "onFailure": raw("OBS", bucket=name)}
    return pulumi.ResourceTransformResult(props=props, opts=args.opts)

pulumi.runtime.register_stack_transformation(transformed)
pulumi.runtime.register_resource_transform(transformed_by_the_engine)

"""

FORMS = {
    "raw-bucket": "on_failure=raw('OBS', bucket=name, prefix='a/')",
    "raw-function": "on_success=raw('FunctionGraph', func_urn=secret('canary-function'))",
    "raw-topic": "on_success=raw('SMN', topic_urn=topic)",
    "raw-stream": "on_failure=raw('DIS', stream_name=secret('canary-stream'))",
    "raw-both": "on_success=raw('OBS', bucket=name), on_failure=raw('OBS', bucket=bucket)",
    "raw-escapes": "on_failure=raw('OBS', bucket='plain', prefix=secret('canary/\"é'))",
    "raw-in-clear": "on_failure=secret({'destination': 'OBS', 'param': "
    "json.dumps({'bucket': 'canary-bucket'})})",
    "raw-kind": "on_failure={'destination': secret('OBS'), 'param': name.apply("
    "lambda text: json.dumps({'bucket': text}))}",
    "raw-reason": "on_success={**raw('FunctionGraph', func_urn='of-nothing'), "
    "'allow_cycle': secret('canary reason')}",
    "typed-bucket": "on_failure=ObsTarget(name, secret('canary/'), expires=30 * step)",
    "typed-prefix": "on_failure=ObsTarget('plain', pulumi.Output.format('{}/x', name))",
    "typed-days": "on_failure=ObsTarget('plain', expires=secret(355 + step))",
    "typed-reason": "on_success=FunctionTarget('of-nothing', allow_cycle=secret('canary reason'))",
    "dictionary": "on_failure={'bucket': name, 'prefix': 'b/'}",
    "whole-typed": "on_failure=secret(ObsTarget('canary-bucket', expires=step))",
    "whole-dictionary": "on_failure=pulumi.Output.all(name, 'c/').apply("
    "lambda parts: {'bucket': parts[0], 'prefix': parts[1]})",
    "nested": "on_failure=pulumi.Output.from_input('OBS').apply("
    "lambda kind: {'destination': kind, 'param': json.dumps({'bucket': 'canary-bucket'})})"
    ".apply(secret)",
    "raw-then-typed": "on_failure=raw('OBS', bucket=name) if step == 1 else ObsTarget(name)",
    "typed-then-raw": "on_failure=ObsTarget(name) if step == 1 else raw('OBS', bucket=name)",
    "raw-then-other": "on_failure=raw('OBS', bucket=name) if step == 1 else raw('SMN', "
    "topic_urn=topic)",
    "by-transformation": "opts=pulumi.ResourceOptions(transformations=[transformed])",
    "by-stack-transformation": "",
    "by-transform": "opts=pulumi.ResourceOptions(transforms=[transformed_by_the_engine])",
    "by-stack-transform": "",
    "awaited-param": "on_failure={'destination': 'OBS', 'param': "
    "later(pulumi.Output.json_dumps({'bucket': name}))}",
    "awaited-target": "on_failure=later(raw('OBS', bucket=name))",
    "age": "max_async_event_age_in_seconds=secret(54321 if step == 1 else 86000)",
    "adopted": "adopt=True, on_failure=raw('OBS', bucket=name)",
    "became-secret": "max_async_retry_attempts=1, on_failure=ObsTarget("
    "'plain-name' if step == 1 else secret('plain-name'))",
}
"""By the resource's name, what is declared beside its function; each has a secret."""

REST = """
AsyncNotificationConfig(
    "replaced", function_urn=f"of-replaced-{step}", on_failure=raw("OBS", bucket=name)
)
AsyncNotificationConfig("arguments", args=functiongraph.AsyncNotificationConfigArgs(
    function_urn="of-arguments", on_failure=raw("OBS", bucket=name)
))
pulumi.export("target", made["raw-bucket"].on_failure)
pulumi.export("typed", made["typed-bucket"].on_failure)
pulumi.export("config", made["raw-topic"])
pulumi.export("text", made["raw-bucket"].on_failure.apply(json.dumps))
"""

PARTS = {
    "raw-kind": ("destination", "param"),
    "raw-reason": ("allowCycle",),
    "typed-bucket": ("bucket", "prefix"),
    "typed-prefix": ("prefix",),
    "typed-days": ("expires",),
    "typed-reason": ("allowCycle",),
    "dictionary": ("bucket",),
}
"""What is ciphertext of a target; of another raw one it is the param, of another typed one all."""

PARTS_OF_STEP = {
    1: {"typed-then-raw": ("bucket",)},
    2: {"raw-then-typed": ("bucket",), "became-secret": ("bucket",)},
}


@pytest.fixture
def observed(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud, functiongraph_emulator: Emulator
) -> Observed:
    functions = [*FORMS, "replaced-1", "replaced-2", "arguments", "nothing"]
    names = ["canary-function", *(f"of-{name}" for name in functions)]
    buckets = ("canary-bucket", "canary-other", "plain", "plain-name")
    cloud.seed(
        json.dumps(
            {
                "functions": [{"name": name, "xrole": "serverless-trust"} for name in names],
                "topics": [{"name": "canary-topic"}],
                "buckets": [{"name": name} for name in buckets],
                "streams": [{"name": "canary-stream"}],
            }
        )
    )
    body = START + "".join(f"config({name!r}, {form})\n" for name, form in FORMS.items()) + REST
    folder = write_project(tmp_path / "forms", program(""))
    cli = stack_at(folder, environment=without_credentials(cloud))
    have_credentials(cli, cloud)
    rewrite(cli, body)
    cli.config_set("topic", cloud.topic("canary-topic"), secret=True)
    cloud.put_by_hand("of-adopted", on_failure=Bucket(bucket="plain"))
    return Observed(cli, cloud, functiongraph_emulator, tmp_path)


def in_clear(configs: dict[str, dict[str, Any]], *, step: int) -> list[str]:
    """What is not ciphertext in a state though it ought to be, or the other way round."""
    found = []
    for name, state in configs.items():
        for side in ("inputs", "outputs"):
            held = state[side]
            parts = PARTS | PARTS_OF_STEP[step]
            if name != "age" and not {"onSuccess", "onFailure"} & held.keys():
                found.append(f"{name} {side}: no target")
            for path in ("onSuccess", "onFailure"):
                target = held.get(path)
                if target is None or is_secret(target):
                    found += [f"{name} {side}: all of it"] if target and name in parts else []
                    continue
                hidden = {key for key in target if is_secret(target[key])}
                if hidden != set(parts.get(name, ("param",) if "param" in target else ())):
                    found.append(f"{name} {side}: {sorted(hidden)} of {path} {target}")
            if name == "age" and not is_secret(held["maxAsyncEventAgeInSeconds"]):
                found.append(f"{name} {side}: {held['maxAsyncEventAgeInSeconds']}")
    return found


def reports(observed: Observed, name: str, preview: str) -> None:
    """Keep what fgctl says of a preview and of the state."""
    export, steps = observed.logs / f"{name}.export", observed.logs / f"{name}.preview"
    shown = observed.logs / f"{name}.shown"
    shown.write_text(
        observed.cli.run("stack", "export", "--show-secrets", "--stack", observed.cli.stack).stdout,
        encoding="utf-8",
    )
    assert MARK.search(shown.read_text(encoding="utf-8"))
    export.write_text(observed.texts[f"{name}: state"], encoding="utf-8")
    steps.write_text(observed.texts[preview], encoding="utf-8")
    for command in (
        ("review", "--preview", str(steps), "--stack", str(export), "--with", "precheck"),
        ("graph", "--stack", str(export), "--preview", str(steps), "--format", "mermaid"),
        ("graph", "--stack", str(export), "--format", "json"),
        ("drift", "--stack", str(export), "--verbose", "--format", "markdown"),
        ("drift", "--stack", str(shown), "--verbose", "--format", "json"),
        ("precheck", "--stack", str(export), "--format", "json"),
    ):
        run = fgctl(
            observed.cli,
            *command,
            HUAWEICLOUD_SDK_AK=CREDENTIALS["access_key"],
            HUAWEICLOUD_SDK_SK=CREDENTIALS["secret_key"],
            HUAWEICLOUD_SDK_SECURITY_TOKEN=CREDENTIALS["security_token"],
        )
        assert run.returncode in {0, 1, 2}
        assert "Traceback" not in run.stderr
        assert len(run.stdout) > 100, run.stderr
        observed.texts[f"{name}: {' '.join(command)}"] = run.stdout + run.stderr


def test_a_secret_in_any_form_is_ciphertext_and_told_nowhere(observed: Observed) -> None:
    cli, cloud = observed.cli, observed.cloud
    cli.config_set("step", "1")
    observed.run("preview", "preview", "--diff")
    observed.run("create", "up", "--skip-preview", "--diff")
    assert in_clear(observed.keep_state("create"), step=1) == []

    cli.config_set("step", "2")
    observed.run("preview of an update", "preview", "--json")
    observed.run("update", "up", "--skip-preview", "--diff")
    assert in_clear(observed.keep_state("update"), step=2) == []

    cloud.change_by_hand("of-raw-bucket", on_success=Bucket(bucket="canary-other"), on_failure=None)
    cloud.change_by_hand(
        "of-typed-bucket", on_failure=Bucket(bucket="plain", prefix="canary-other/")
    )
    cloud.change_by_hand("of-dictionary", on_success=Bucket(bucket="canary-other"))
    cloud.change_by_hand("of-age", max_async_event_age_in_seconds=54321)
    cloud.delete_by_hand("of-raw-topic")
    observed.run("preview of drift", "preview", "--refresh", "--json")
    reports(observed, "update", "preview of drift: stdout")
    observed.run("refresh", "refresh", "--skip-preview", "--diff")
    observed.keep_state("refresh")
    observed.run("repair", "up", "--skip-preview", "--json")
    assert in_clear(observed.keep_state("repair"), step=2) == []
    observed.texts["outputs"] = cli.run("stack", "output", "--json", "--stack", cli.stack).stdout
    assert "[secret]" in observed.texts["outputs"]
    observed.run("destroy", "destroy", "--skip-preview", "--diff")
    observed.keep_what_is_on_disk()
    del observed.texts["requests"]  # the live graph is asked about by the functions' names
    assert observed.leaks == {}
