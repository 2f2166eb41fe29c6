"""The system roles and policies of the clouds.

Names, kinds and dependencies are documented (IAM, "Permissions"; the services' permission pages).
The bodies are not published: those here are ours, made to agree with the documented tables of
what each of them allows.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from pulumi_functiongraph.emulator.clouds import CloudName
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.roles import Role
from pulumi_functiongraph.emulator.seeds.models import stable_id

ACCOUNT = "AX"
"""Type of a role for global services, granted on the account."""
PROJECT = "XA"
"""Type of a role granted on projects."""
BOTH = "AA"

_GUEST = "Tenant Guest"


_HUAWEI_ONLY = frozenset({"FullAccess"})
_NEVER = datetime.min.replace(tzinfo=UTC)
"""In place of the time at which a cloud is made."""


def system_roles_of(cloud: CloudName) -> tuple[Role, ...]:
    """Those of one cloud, by display name."""
    return tuple(
        role for role in _ROLES if cloud == "huawei" or role.display_name not in _HUAWEI_ONLY
    )


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
_LIST_OBS = (*_READ_OBS, "obs:bucket:ListBucket")
_CHANGE_OBJECTS = ("obs:object:GetObject", "obs:object:PutObject", "obs:object:DeleteObject")
_READ_FUNCTIONS = ("functiongraph:*:get*", "functiongraph:*:list*")


def _group(catalog: str, role_type: str, *roles: tuple[str, str, JsonObject]) -> Iterator[Role]:
    for title, name, policy in roles:
        role_id = stable_id("role", title)
        yield Role(role_id, name, title, catalog, None, role_type, "", policy, _NEVER, _NEVER)


_ROLES = sorted(
    (
        *_group(
            "BASE",
            BOTH,
            ("Tenant Administrator", "te_admin", _role("*:*:*", deny=("identity:*",))),
            (_GUEST, "readonly", _role("::Get", "::List", deny=("identity:*",))),
            ("FullAccess", "system_all_1001", _policy("*:*:*")),
        ),
        *_group(
            "BASE",
            ACCOUNT,
            ("Security Administrator", "secu_admin", _role("iam:*:*", "identity:*")),
            ("Agent Operator", "te_agency", _role("iam:agencies:assume")),
        ),
        *_group(
            "FunctionGraph",
            PROJECT,
            ("FunctionGraph FullAccess", "system_all_201", _policy("functiongraph:*:*")),
            ("FunctionGraph ReadOnlyAccess", "system_all_202", _policy(*_READ_FUNCTIONS)),
            (
                "FunctionGraph CommonOperations",
                "system_all_203",
                _policy(*_READ_FUNCTIONS, "functiongraph:function:invoke*"),
            ),
            (
                "FunctionGraph Administrator",
                "functiongraph_adm",
                _role("FunctionGraph:*:*", depends=(_GUEST,)),
            ),
            (
                "FunctionGraph Invoker",
                "functiongraph_inv",
                _role("FunctionGraph:*:get*", "FunctionGraph:*:list*"),
            ),
        ),
        *_group(
            "SMN",
            PROJECT,
            ("SMN Administrator", "smn_adm", _role("SMN:*:*", depends=(_GUEST,))),
            ("SMN FullAccess", "system_all_62", _policy("smn:*:*")),
            ("SMN ReadOnlyAccess", "system_all_63", _policy("smn:*:get*", "smn:*:list*")),
        ),
        *_group(
            "OBS",
            ACCOUNT,
            ("OBS Administrator", "system_all_159", _policy("obs:*:*")),
            ("OBS OperateAccess", "system_all_72", _policy(*_LIST_OBS, *_CHANGE_OBJECTS)),
            ("OBS ReadOnlyAccess", "system_all_73", _policy(*_LIST_OBS)),
            ("OBS Buckets Viewer", "obs_b_list", _role(*_READ_OBS)),
        ),
        *_group(
            "DIS",
            PROJECT,
            ("DIS Administrator", "dis_adm", _role("dis:*:*", depends=(_GUEST,))),
            ("DIS Operator", "dis_opr", _role("dis:streams:*")),
            ("DIS User", "dis_usr", _role("dis:records:*", "dis:streams:get", "dis:streams:list")),
        ),
    ),
    key=lambda role: role.display_name,
)
