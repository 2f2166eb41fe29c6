"""The keys of credentials files: clouds.yaml, the vendor SDK's ini file, and profiles of KooCLI.

Sources: ``TOOLS`` in entry.py. The table in docs/credentials.md is this one, held by a test.
"""

from __future__ import annotations

from pulumi_functiongraph.cloud.auth.known.entry import Entry, Group

CLOUDS, INI, PROFILE = "clouds.yaml", "~/.huaweicloud/credentials", "~/.hcloud/config.json"

_KEYS = "Set ak and sk (and security_token), or a user and password, or a token"
_FEDERATED = f"Federated logins are not supported. {_KEYS}"
_ENDPOINTS = "Set the address in functiongraph:endpoints, and remove the key"
_CERTIFICATES = "Certificates are always verified. Name your authority's file in REQUESTS_CA_BUNDLE"

_clouds, _ini, _profile = map(Group, (CLOUDS, INI, PROFILE))

FILE_KEYS: tuple[Entry, ...] = (
    # ---- clouds.yaml, secure.yaml and clouds-public.yaml, merged by openstacksdk
    *_clouds.read(
        "auth.ak auth.access_key",
        "access_key",
        "tf-otc go-otc otcext",
        "Access key",
        decides="identity",
    ),
    *_clouds.read(
        "auth.sk auth.secret_key",
        "secret_key",
        "tf-otc go-otc otcext",
        "Its secret",
        decides="identity",
    ),
    *_clouds.read(
        "auth.security_token",
        "security_token",
        "tf-otc go-otc otcext",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_clouds.read(
        "auth.token auth.auth_token", "token", "openstack", "A token of IAM", decides="identity"
    ),
    *_clouds.read("auth.username", "username", "openstack", "Name of the user", decides="identity"),
    *_clouds.read("auth.user_id", "user_id", "openstack", "Id of the user", decides="identity"),
    *_clouds.read("auth.password", "password", "openstack", "Their password", decides="identity"),
    *_clouds.read(
        "auth.user_domain_name auth.domain_name auth.project_domain_name",
        "domain_name",
        "openstack",
        "Name of the account; credentials of another account are refused, and two names are",
        decides="identity",
    ),
    *_clouds.read(
        "auth.user_domain_id auth.domain_id auth.project_domain_id",
        "domain_id",
        "openstack",
        "Id of the account; credentials of another account are refused, and two ids are",
        decides="identity",
    ),
    *_clouds.read(
        "auth.default_domain auth.default_domain_name",
        "default_domain_name",
        "openstack go-otc",
        "Name of the user's account, where no other key gives it",
        decides="identity",
    ),
    *_clouds.read(
        "auth.default_domain_id",
        "default_domain_id",
        "openstack",
        "Id of the user's account, where no other key gives it",
        decides="identity",
    ),
    *_clouds.read("auth.auth_url", "auth_url", "openstack", "Address of IAM", decides="place"),
    *_clouds.read(
        "region_name",
        "region",
        "openstack",
        "The region; with several in regions and none named, OS_REGION_NAME or the project's "
        "name chooses",
        decides="place",
    ),
    *_clouds.read(
        "regions", "region", "openstack", "The region, where there is only one", decides="place"
    ),
    *_clouds.read(
        "auth.project_id auth.tenant_id",
        "project_id",
        "openstack",
        "Id of the project",
        decides="place",
    ),
    *_clouds.read(
        "auth.project_name auth.tenant_name",
        "project_name",
        "openstack",
        "Name of the project, whose id is looked up; it begins with the region",
        decides="place",
    ),
    *_clouds.read(
        "auth.target_agency_name auth.agency_name",
        "agency_name",
        "otcext go-otc",
        "Agency to assume with the credentials",
        decides="identity",
    ),
    *_clouds.read(
        "auth.target_domain_name auth.agency_domain_name",
        "agency_domain_name",
        "otcext go-otc",
        "Name of the agency's account",
        decides="identity",
    ),
    *_clouds.read(
        "auth.target_domain_id",
        "agency_domain_id",
        "otcext go-otc",
        "Id of the agency's account",
        decides="identity",
    ),
    *_clouds.read(
        "auth.target_project_name auth.delegated_project",
        "agency_project_name",
        "otcext go-otc",
        "Name of the project of the agency's account; the region's when it is not set",
        decides="place",
    ),
    *_clouds.read(
        "auth.target_project_id",
        "agency_project_id",
        "otcext",
        "Id of the project of the agency's account",
        decides="place",
    ),
    *_clouds.read(
        "auth_type auth_plugin",
        "auth_type",
        "openstack go-otc otcext",
        "password and token choose between these two; aksk and agency ask for their keys; every "
        "other type is refused",
        decides="identity",
    ),
    *_clouds.read(
        "profile cloud",
        "file",
        "openstack",
        "Defaults of a vendor, from openstacksdk or clouds-public.yaml",
        decides="place",
    ),
    *_clouds.refused(
        "auth.passcode",
        "openstack",
        f"Passcodes of a second factor are not supported. {_KEYS}",
        beside="Password",
    ),
    *_clouds.refused(
        "auth.application_credential_id auth.application_credential_name "
        "auth.application_credential_secret",
        "openstack",
        f"Application credentials are not supported. {_KEYS}",
    ),
    *_clouds.refused(
        "auth.trust_id auth.system_scope",
        "openstack",
        "These clouds delegate by agencies: set auth.target_agency_name and "
        "auth.target_domain_name",
    ),
    *_clouds.refused(
        "auth.roles", "otcext", "A part of an agency's roles cannot be asked for: remove the key"
    ),
    *_clouds.refused(
        "auth.access_secret auth.access_token auth.access_token_endpoint auth.access_token_type "
        "auth.auth_methods auth.authorization_code auth.client_id auth.client_secret auth.code "
        "auth.code_challenge_method auth.consumer_key auth.consumer_secret "
        "auth.device_authorization_endpoint auth.discovery_endpoint auth.identity_provider "
        "auth.identity_provider_url auth.idp_otp_key auth.login_timeout auth.mutual_auth "
        "auth.oauth2_client_id auth.oauth2_client_secret auth.oauth2_endpoint auth.openid_scope "
        "auth.protocol auth.redirect_host auth.redirect_port auth.redirect_uri "
        "auth.service_provider_endpoint auth.service_provider_entity_id",
        "openstack",
        _FEDERATED,
    ),
    *_clouds.refused(
        "auth.endpoint auth.url auth.user_name",
        "openstack",
        f"The key belongs to a way of authentication that is not supported. {_KEYS}",
    ),
    *_clouds.refused("auth.*", "openstack", f"No other key of auth is supported. {_KEYS}"),
    *_clouds.refused(
        "functiongraph_endpoint_override identity_endpoint_override iam_endpoint_override "
        "smn_endpoint_override dis_endpoint_override obs_endpoint_override",
        "openstack otcext",
        _ENDPOINTS,
        decides="place",
    ),
    *_clouds.refused(
        "interface endpoint_type",
        "openstack",
        f"Only public addresses are used by themselves. {_ENDPOINTS}",
        decides="place",
        harmless="public publicurl",
    ),
    *_clouds.refused(
        "identity_api_version",
        "openstack",
        "Only version 3 of IAM is spoken: remove the key",
        harmless="3 v3 3.0 v3.0",
    ),
    *_clouds.refused("cert key", "openstack", f"Client certificates are not sent. {_KEYS}"),
    *_clouds.ignored("verify insecure cacert", "openstack", _CERTIFICATES),
    *_clouds.ignored(
        "autocreate_aksk vendor_hook", "otcext openstack", "It is about how that tool works"
    ),
    # ---- the vendor SDK's ini file, section [basic], else [global]
    *_ini.read("ak", "access_key", "sdk", "Access key", decides="identity"),
    *_ini.read("sk", "secret_key", "sdk", "Its secret", decides="identity"),
    *_ini.read(
        "security_token",
        "security_token",
        "sdk",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_ini.read("project_id", "project_id", "sdk", "Id of the project", decides="place"),
    *_ini.read(
        "domain_id",
        "domain_id",
        "sdk",
        "Id of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_ini.read("iam_endpoint", "auth_url", "sdk", "Address of IAM", decides="place"),
    *_ini.refused("idp_id id_token_file", "sdk", "Federated logins are not supported. Set ak, sk"),
    *_ini.refused("*", "sdk", "No other key is known to this file: remove it", decides="place"),
    # ---- a profile of KooCLI
    *_profile.read("accessKeyId", "access_key", "koocli tf-hw", "Access key", decides="identity"),
    *_profile.read(
        "secretAccessKey", "secret_key", "koocli tf-hw", "Its secret", decides="identity"
    ),
    *_profile.read(
        "securityToken",
        "security_token",
        "koocli tf-hw",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_profile.read(
        "ssoAuth.stsToken",
        "access_key",
        "koocli tf-hw",
        "The temporary key of a login by SSO, in mode SSO",
        decides="identity",
    ),
    *_profile.read(
        "mode",
        "auth_type",
        "koocli tf-hw",
        "AKSK, SSO and AssumeRole; every other mode is refused",
        decides="identity",
    ),
    *_profile.read(
        "sourceProfile",
        "file",
        "koocli",
        "The profile with the credentials that assume the agency, in mode AssumeRole",
        decides="identity",
    ),
    *_profile.read("region", "region", "koocli tf-hw", "The region", decides="place"),
    *_profile.read("projectId", "project_id", "koocli tf-hw", "Id of the project", decides="place"),
    *_profile.read(
        "domainId",
        "domain_id",
        "koocli tf-hw",
        "Id of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_profile.read(
        "agencyName",
        "agency_name",
        "koocli tf-hw",
        "Agency to assume with the credentials",
        decides="identity",
    ),
    *_profile.read(
        "agencyDomainName",
        "agency_domain_name",
        "koocli tf-hw",
        "Name of the agency's account",
        decides="identity",
    ),
    *_profile.read(
        "agencyDomainId",
        "agency_domain_id",
        "koocli tf-hw",
        "Id of the agency's account",
        decides="identity",
    ),
    *_profile.ignored("skipSecureVerify", "koocli", _CERTIFICATES),
    *_profile.ignored(
        "readTimeout connectTimeout retryCount custom", "koocli", "It is about how that tool works"
    ),
)


def keys(group: str, part: str) -> tuple[str, ...]:
    """The keys of a file that give one part, in order of preference."""
    return tuple(e.name for e in FILE_KEYS if e.group == group and e.part == part)


def of_file(group: str) -> tuple[Entry, ...]:
    """The keys of a file."""
    return tuple(entry for entry in FILE_KEYS if entry.group == group)
