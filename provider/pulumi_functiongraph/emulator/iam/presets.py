"""The system roles and policies of the clouds.

Names, kinds and dependencies are documented (IAM, "Permissions"; the services' permission pages).
The bodies are not published: those here are ours, made to agree with the documented tables of
what each of them allows.
"""

from dataclasses import dataclass, field

from pulumi_functiongraph.emulator.clouds import CloudName
from pulumi_functiongraph.emulator.http.exchange import JsonObject

ACCOUNT = "AX"
"""Type of a role for global services, granted on the account."""
PROJECT = "XA"
"""Type of a role granted on projects."""
BOTH = "AA"

_GUEST = "Tenant Guest"


@dataclass(frozen=True, slots=True)
class Preset:
    """A role that comes with the cloud."""

    display_name: str
    name: str
    catalog: str
    type: str
    policy: JsonObject
    description: str = ""
    clouds: frozenset[CloudName] = field(default=frozenset({"huawei", "otc"}))


def presets_of(cloud: CloudName) -> tuple[Preset, ...]:
    """Those of one cloud, by display name."""
    found = (preset for preset in _PRESETS if cloud in preset.clouds)
    return tuple(sorted(found, key=lambda preset: preset.display_name))


def _policy(*actions: str) -> JsonObject:
    return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [*actions]}]}


def _role(*actions: str, deny: tuple[str, ...] = (), depends: tuple[str, ...] = ()) -> JsonObject:
    statements: list[JsonObject] = [{"Effect": "Allow", "Action": [*actions]}]
    if deny:
        statements.append({"Effect": "Deny", "Action": [*deny]})
    document: JsonObject = {"Version": "1.0", "Statement": statements}
    if depends:
        document["Depends"] = [{"catalog": "BASE", "display_name": name} for name in depends]
    return document


_READ_OBS = ("obs:bucket:HeadBucket", "obs:bucket:ListAllMyBuckets", "obs:bucket:GetBucketLocation")

_PRESETS = (
    Preset("Tenant Administrator", "te_admin", "BASE", BOTH, _role("*:*:*", deny=("identity:*",))),
    Preset(_GUEST, "readonly", "BASE", BOTH, _role("::Get", "::List", deny=("identity:*",))),
    Preset("Security Administrator", "secu_admin", "BASE", ACCOUNT, _role("iam:*:*", "identity:*")),
    Preset("Agent Operator", "te_agency", "BASE", ACCOUNT, _role("iam:agencies:assume")),
    Preset(
        "FullAccess",
        "system_all_1001",
        "BASE",
        BOTH,
        _policy("*:*:*"),
        clouds=frozenset({"huawei"}),
    ),
    Preset(
        "FunctionGraph FullAccess",
        "system_all_201",
        "FunctionGraph",
        PROJECT,
        _policy("functiongraph:*:*"),
    ),
    Preset(
        "FunctionGraph ReadOnlyAccess",
        "system_all_202",
        "FunctionGraph",
        PROJECT,
        _policy("functiongraph:*:get*", "functiongraph:*:list*"),
    ),
    Preset(
        "FunctionGraph CommonOperations",
        "system_all_203",
        "FunctionGraph",
        PROJECT,
        _policy("functiongraph:*:get*", "functiongraph:*:list*", "functiongraph:function:invoke*"),
    ),
    Preset(
        "FunctionGraph Administrator",
        "functiongraph_adm",
        "FunctionGraph",
        PROJECT,
        _role("FunctionGraph:*:*", depends=(_GUEST,)),
    ),
    Preset(
        "FunctionGraph Invoker",
        "functiongraph_inv",
        "FunctionGraph",
        PROJECT,
        _role("FunctionGraph:*:get*", "FunctionGraph:*:list*"),
    ),
    Preset("SMN Administrator", "smn_adm", "SMN", PROJECT, _role("SMN:*:*", depends=(_GUEST,))),
    Preset("SMN FullAccess", "system_all_62", "SMN", PROJECT, _policy("smn:*:*")),
    Preset(
        "SMN ReadOnlyAccess",
        "system_all_63",
        "SMN",
        PROJECT,
        _policy("smn:*:get*", "smn:*:list*"),
    ),
    Preset("OBS Administrator", "system_all_159", "OBS", ACCOUNT, _policy("obs:*:*")),
    Preset(
        "OBS OperateAccess",
        "system_all_72",
        "OBS",
        ACCOUNT,
        _policy(
            *_READ_OBS,
            "obs:bucket:ListBucket",
            "obs:object:GetObject",
            "obs:object:PutObject",
            "obs:object:DeleteObject",
        ),
    ),
    Preset(
        "OBS ReadOnlyAccess",
        "system_all_73",
        "OBS",
        ACCOUNT,
        _policy(*_READ_OBS, "obs:bucket:ListBucket"),
    ),
    Preset("OBS Buckets Viewer", "obs_b_list", "OBS", ACCOUNT, _role(*_READ_OBS)),
    Preset("DIS Administrator", "dis_adm", "DIS", PROJECT, _role("dis:*:*", depends=(_GUEST,))),
    Preset("DIS Operator", "dis_opr", "DIS", PROJECT, _role("dis:streams:*")),
    Preset(
        "DIS User",
        "dis_usr",
        "DIS",
        PROJECT,
        _role("dis:records:*", "dis:streams:get", "dis:streams:list"),
    ),
)
