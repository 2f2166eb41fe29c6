"""All that the local cloud holds, as one JSON document for tests and demonstrations."""

from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.functiongraph import models as functiongraph
from pulumi_functiongraph.emulator.functiongraph import triggers
from pulumi_functiongraph.emulator.functiongraph.presentation import Presentation
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import list_aliases
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam import agencies, grants, roles
from pulumi_functiongraph.emulator.iam import models as iam
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import buckets as obs
from pulumi_functiongraph.emulator.obs import notifications
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.smn import subscriptions
from pulumi_functiongraph.emulator.state import contents, damaged_rows
from pulumi_functiongraph.emulator.state.store import Connection

HIDDEN = "[secret]"
"""In place of what the state has and does not show."""


def document(cloud: LocalCloud, *, with_contents: bool = True) -> JsonObject:
    """The state, without any secret."""
    return cloud.store.read(
        lambda connection: document_of(connection, cloud, with_contents=with_contents)
    )


def _grants(connection: Connection, agency: agencies.Agency) -> list[JsonObject]:
    found = [
        (_title(connection, grant.role_id), grant.scope.value, grant.scope_id)
        for grant in grants.list_grants(connection, agency.id)
    ]
    return [{"role": title, "scope": scope, "id": where} for title, scope, where in sorted(found)]


def _title(connection: Connection, role_id: str) -> str:
    try:
        role = roles.find_role(connection, role_id)
    except damaged_rows.DamagedRowError:
        role = None
    return role_id if role is None else role.display_name


def document_of(
    connection: Connection, cloud: LocalCloud, *, with_contents: bool = True
) -> JsonObject:
    """The state as `connection` sees it, without any secret.

    Without contents it has the number of messages, calls, records and objects in place of them.
    """
    of_topic = contents.of_topic if with_contents else contents.counts_of_topic
    of_stream = contents.of_stream if with_contents else contents.counts_of_stream
    of_bucket = contents.of_bucket if with_contents else contents.counts_of_bucket
    projects = {project.id: project for project in iam.list_projects(connection)}
    document: JsonObject = {
        "cloud": cloud.flavour.name,
        "now": cloud.clock.now().isoformat(),
        "projects": [{"id": known.id, "name": known.name} for known in projects.values()],
        "functions": _functions(connection, cloud, projects),
        "agencies": [
            {
                "id": agency.id,
                "name": agency.name,
                "trust_domain_name": agency.trust_domain_name,
                "expire_time": agency.expire_time,
                "grants": _grants(connection, agency),
            }
            for agency in agencies.list_agencies(connection)
        ],
        "topics": [
            {
                "topic_urn": topic.urn,
                "display_name": topic.display_name,
                "subscriptions": [
                    {"protocol": each.protocol, "endpoint": each.endpoint, "status": each.status}
                    for each in subscriptions.list_subscriptions(connection, topic_urn=topic.urn)
                ],
                **of_topic(connection, topic.urn),
            }
            for topic in smn.list_topics(connection)
        ],
        "buckets": [
            {
                "name": bucket.name,
                "region": bucket.region,
                **of_bucket(connection, bucket.name),
                "notifications": [
                    {"kind": each.kind, "target": each.target, "events": list(each.events)}
                    for each in notifications.list_notifications(connection, bucket.name)
                ],
            }
            for bucket in obs.list_buckets(connection)
        ],
        "streams": [
            {
                "project_id": stream.project_id,
                "name": stream.name,
                "status": stream.status,
                **of_stream(connection, stream),
            }
            for stream in dis.list_streams(connection)
        ],
    }
    unreadable = damaged_rows.told()
    return {**document, "unreadable": unreadable} if unreadable else document


def _functions(
    connection: Connection, cloud: LocalCloud, projects: dict[str, iam.Project]
) -> list[JsonObject]:
    shown = Presentation(cloud.flavour, cloud.options)
    documents: dict[int, JsonObject] = {}
    configs: dict[int, JsonObject] = {}
    versions: dict[int, list[str]] = {}
    for version in functiongraph.walk_project(connection):
        project = projects.get(version.project_id)
        if project is None:
            damaged_rows.tell("fg_functions", "number", version.function)
            continue
        if version.function not in documents:
            aliases = list_aliases(connection, version.function)
            model = shown.listed_function(version, project)
            if model.get("encrypted_user_data"):
                model["encrypted_user_data"] = HIDDEN
            documents[version.function] = {
                **model,
                "aliases": {alias.name: alias.version for alias in aliases},
                "versions": versions.setdefault(version.function, []),
                "async_configs": configs.setdefault(version.function, {}),
                "triggers": [
                    {"version": trigger.qualifier, **shown.trigger(trigger)}
                    for trigger in triggers.list_triggers(connection, version.function)
                ],
            }
        versions[version.function].append(version.version)
        if version.config is not None:
            configs[version.function][version.version] = shown.config(
                version, version.config, project
            )
    return list(documents.values())
