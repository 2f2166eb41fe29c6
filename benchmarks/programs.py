"""The programs that the engine benchmarks run: of one shape, with our provider and with none."""

OURS = """\
import os

import pulumi_functiongraph as functiongraph

place = f"{os.environ['FUNCTIONGRAPH_REGION']}:{os.environ['HUAWEICLOUD_SDK_PROJECT_ID']}"
first = int(os.environ.get("FIRST", "0"))
for number in range(first, first + int(os.environ["CONFIGS"])):
    functiongraph.AsyncNotificationConfig(
        f"config-{number}",
        function_urn=f"urn:fss:{place}:function:default:bench-{number}:latest",
        max_async_retry_attempts=int(os.environ["RETRIES"]),
        max_async_event_age_in_seconds=3600,
        on_failure=functiongraph.ObsTarget(bucket="bench-failed", prefix="failures/"),
    )
"""

CREATED = """\
import os

import pulumi_functiongraph as functiongraph
from function import Function

place = f"{os.environ['FUNCTIONGRAPH_REGION']}:{os.environ['HUAWEICLOUD_SDK_PROJECT_ID']}"
for number in range(int(os.environ["CONFIGS"])):
    name = f"bench-{number}"
    function = Function(name, f"urn:fss:{place}:function:default:{name}:latest")
    functiongraph.AsyncNotificationConfig(
        f"config-{number}",
        function_urn=function.function_urn,
        on_failure=functiongraph.ObsTarget(bucket="bench-failed", prefix="failures/"),
    )
"""

FUNCTION_MODULE = '''\
"""A function whose URN the update makes known; whoever runs it has put the function there."""

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class FunctionProvider(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        return CreateResult(props["made"], {**props, "function_urn": props["made"]})


class Function(Resource, module="function", name="Function"):
    function_urn: pulumi.Output[str]

    def __init__(self, name, urn, opts=None):
        super().__init__(FunctionProvider(), name, {"made": urn, "function_urn": None}, opts)
'''

NOTHING = """\
import os

from nothing import Nothing

place = f"{os.environ['FUNCTIONGRAPH_REGION']}:{os.environ['HUAWEICLOUD_SDK_PROJECT_ID']}"
for number in range(int(os.environ["CONFIGS"])):
    Nothing(
        f"config-{number}",
        {
            "functionUrn": f"urn:fss:{place}:function:default:bench-{number}:latest",
            "maxAsyncRetryAttempts": int(os.environ["RETRIES"]),
            "maxAsyncEventAgeInSeconds": 3600,
            "onSuccess": None,
            "onFailure": {"destination": "OBS", "bucket": "bench-failed", "prefix": "failures/"},
            "enableAsyncStatusLog": None,
            "adopt": None,
            "createdTime": None,
            "lastModified": None,
        },
    )
"""

NOTHING_MODULE = '''\
"""A dynamic provider that does nothing; it is pickled by reference, as ours is."""

from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

TIMES = {"createdTime": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z"}


class NothingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, _id, olds, news):
        return DiffResult(changes=any(olds.get(key) != news[key] for key in news))

    def create(self, props):
        return CreateResult(props["functionUrn"], {**props, **TIMES})

    def update(self, _id, olds, news):
        return UpdateResult({**news, **TIMES})


class Nothing(Resource, module="nothing", name="Nothing"):
    def __init__(self, name, props, opts=None):
        super().__init__(NothingProvider(), name, props, opts)
'''

SEED = """\
agencies:
  - name: bench-agency
    grants: [OBS Administrator]
buckets:
  - name: bench-failed
functions:
"""


def seed(functions: int) -> str:
    """The seed of a local cloud with so many functions, which the programs configure."""
    listed = (f"  - {{name: bench-{number}, xrole: bench-agency}}\n" for number in range(functions))
    return SEED + "".join(listed)
