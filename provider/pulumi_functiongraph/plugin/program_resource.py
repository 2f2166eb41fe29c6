"""The plugin's resource class and its explicit provider, as a user's program declares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.secret_parts import warn_of_secret_function
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG, PACKAGE
from pulumi_functiongraph.plugin.version import installed_version
from pulumi_functiongraph.program.config_resource import ConfigResource
from pulumi_functiongraph.program.wrong_arguments import with_known_arguments


class AsyncNotificationConfig(ConfigResource):
    """How one function version is run asynchronously, and where its results go.

    The resource's id is the canonical function URN. A function version has one config: a second
    declaration of the same one is refused, another ``function_urn`` replaces the resource.
    """

    _TYPE = NATIVE_CONFIG
    _VERSION = installed_version()

    def _provider_properties(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing: the engine tells the plugin what is secret by its path."""
        warn_of_secret_function(declared, of=self)
        return {}


class Provider(pulumi.ProviderResource):
    """Settings of their own for some configs: another region, project or account.

    A config takes them with ``pulumi.ResourceOptions(provider=…)``, or from its parent. What is not
    given comes from the environment, as everywhere; the stack's ``functiongraph:*`` config is the
    default provider's and does not count here.
    """

    @with_known_arguments
    def __init__(  # noqa: PLR0913 - one for each setting, all by keyword
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: pulumi.Input[str] | None = None,
        project_id: pulumi.Input[str] | None = None,
        domain_id: pulumi.Input[str] | None = None,
        access_key: pulumi.Input[str] | None = None,
        secret_key: pulumi.Input[str] | None = None,
        security_token: pulumi.Input[str] | None = None,
        agency_name: pulumi.Input[str] | None = None,
        agency_domain_name: pulumi.Input[str] | None = None,
        agency_domain_id: pulumi.Input[str] | None = None,
        cloud: pulumi.Input[str] | None = None,
        endpoints: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        precheck: pulumi.Input[str] | None = None,
        precheck_timeout: pulumi.Input[int] | None = None,
        on_cycle: pulumi.Input[str] | None = None,
        live_graph: pulumi.Input[str] | None = None,
    ) -> None:
        """Set what configs with this provider use.

        Args:
            resource_name: the provider's logical name.
            opts: Pulumi's options.
            region: completes short function names.
            project_id: the same for the project.
            domain_id: the account.
            access_key: the access key id, kept as a secret.
            secret_key: the secret access key, kept as a secret.
            security_token: of temporary credentials, kept as a secret.
            agency_name: the agency of another account that the credentials assume.
            agency_domain_name: the name of that account.
            agency_domain_id: the id of that account.
            cloud: ``huawei`` or ``otc``; by the region where it is left out.
            endpoints: by service, its address.
            precheck: ``enforce``, ``warn`` or ``off``.
            precheck_timeout: seconds for the looks at the cloud before a change.
            on_cycle: ``error`` or ``warn``.
            live_graph: ``on``, ``targets`` or ``off``.
        """
        settings = {
            "region": region,
            "projectId": project_id,
            "domainId": domain_id,
            "accessKey": _secret(access_key),
            "secretKey": _secret(secret_key),
            "securityToken": _secret(security_token),
            "agencyName": agency_name,
            "agencyDomainName": agency_domain_name,
            "agencyDomainId": agency_domain_id,
            "cloud": cloud,
            "endpoints": endpoints,
            "precheck": precheck,
            "precheckTimeout": precheck_timeout,
            "onCycle": on_cycle,
            "liveGraph": live_graph,
        }
        given = {key: value for key, value in settings.items() if value is not None}
        super().__init__(PACKAGE, resource_name, given, _of_this_version(opts))


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)


def _of_this_version(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """The options with the version of the plugin, which is that of the package."""
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=installed_version()), opts)
