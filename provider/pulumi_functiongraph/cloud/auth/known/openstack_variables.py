"""Variables of OpenStack's and Open Telekom Cloud's tools, and of object stores."""

from __future__ import annotations

from pulumi_functiongraph.cloud.auth.known.entry import Entry, Group
from pulumi_functiongraph.cloud.auth.known.families import (
    ASSUME,
    CERTIFICATES,
    ENDPOINTS,
    FEDERATED,
    KEYS,
    OBJECTS_ONLY,
    OS,
    OTC,
    POD,
    SAMPLES,
    STORAGE,
)

_os, _otc, _pod, _samples, _storage = map(Group, (OS, OTC, POD, SAMPLES, STORAGE))

OPENSTACK_VARIABLES: tuple[Entry, ...] = (
    # ---- Terraform provider opentelekomcloud, OpenStack
    *_os.read(
        "OS_ACCESS_KEY OS_ACCESS_KEY_ID OS_AK",
        "access_key",
        "tf-otc tf-hw go-otc otcext",
        "Access key",
        decides="identity",
    ),
    *_os.read(
        "OS_SECRET_KEY OS_ACCESS_KEY_SECRET OS_SK",
        "secret_key",
        "tf-otc tf-hw go-otc otcext",
        "Its secret",
        decides="identity",
    ),
    *_os.read(
        "OS_SECURITY_TOKEN OS_AKSK_SECURITY_TOKEN OS_ST",
        "security_token",
        "tf-otc go-otc otcext",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_os.read(
        "OS_TOKEN OS_AUTH_TOKEN OS_TOKEN_ID",
        "token",
        "tf-otc tf-hw go-otc openstack",
        "A token of IAM",
        decides="identity",
    ),
    *_os.read(
        "OS_USERNAME OS_USER_NAME",
        "username",
        "tf-otc tf-hw go-otc openstack",
        "Name of the user",
        decides="identity",
    ),
    *_os.read(
        "OS_USER_ID OS_USERID",
        "user_id",
        "tf-otc tf-hw go-otc openstack",
        "Id of the user",
        decides="identity",
    ),
    *_os.read(
        "OS_PASSWORD",
        "password",
        "tf-otc tf-hw go-otc openstack",
        "The user's password",
        decides="identity",
    ),
    *_os.read(
        "OS_USER_DOMAIN_NAME OS_DOMAIN_NAME OS_PROJECT_DOMAIN_NAME",
        "domain_name",
        "tf-otc tf-hw go-otc openstack",
        "Name of the account; credentials of another account are refused, and two names are",
        decides="identity",
    ),
    *_os.read(
        "OS_USER_DOMAIN_ID OS_DOMAIN_ID OS_PROJECT_DOMAIN_ID",
        "domain_id",
        "tf-otc tf-hw go-otc openstack",
        "Id of the account; credentials of another account are refused, and two ids are",
        decides="identity",
    ),
    *_os.read(
        "OS_DEFAULT_DOMAIN OS_DEFAULT_DOMAIN_NAME",
        "default_domain_name",
        "tf-otc openstack",
        "Name of the user's account, where no other variable gives it",
        decides="identity",
    ),
    *_os.read(
        "OS_DEFAULT_DOMAIN_ID",
        "default_domain_id",
        "openstack",
        "Id of the user's account, where no other variable gives it",
        decides="identity",
    ),
    *_os.read(
        "OS_AUTH_URL",
        "auth_url",
        "tf-otc tf-hw go-otc openstack",
        "Address of IAM",
        decides="place",
    ),
    *_os.read(
        "OS_REGION_NAME OS_REGION OS_REGION_ID",
        "region",
        "tf-otc tf-hw go-otc openstack",
        "The region",
        decides="place",
    ),
    *_os.read(
        "OS_PROJECT_ID OS_TENANT_ID",
        "project_id",
        "tf-otc tf-hw go-otc openstack",
        "Id of the project",
        decides="place",
    ),
    *_os.read(
        "OS_PROJECT_NAME OS_TENANT_NAME",
        "project_name",
        "tf-otc tf-hw go-otc openstack",
        "Name of the project, whose id is looked up; it begins with the region",
        decides="place",
    ),
    *_os.read(
        "OS_AGENCY_NAME OS_TARGET_AGENCY_NAME",
        "agency_name",
        "tf-otc tf-hw go-otc otcext",
        "Agency to assume with the credentials",
        decides="identity",
    ),
    *_os.read(
        "OS_AGENCY_DOMAIN_NAME OS_TARGET_DOMAIN_NAME",
        "agency_domain_name",
        "tf-otc tf-hw go-otc otcext",
        "Name of the agency's account",
        decides="identity",
    ),
    *_os.read(
        "OS_TARGET_DOMAIN_ID",
        "agency_domain_id",
        "otcext",
        "Id of the agency's account",
        decides="identity",
    ),
    *_os.read(
        "OS_DELEGATED_PROJECT OS_TARGET_PROJECT_NAME",
        "agency_project_name",
        "tf-otc tf-hw go-otc otcext",
        "Name of the project of the agency's account; the region's when it is not set",
        decides="place",
    ),
    *_os.read(
        "OS_TARGET_PROJECT_ID",
        "agency_project_id",
        "otcext",
        "Id of the project of the agency's account",
        decides="place",
    ),
    *_os.read(
        "OS_AUTH_TYPE",
        "auth_type",
        "openstack go-otc otcext",
        "password and token choose between these two; with an access key it changes nothing; "
        "agency asks for the agency's variables; every other type is refused",
        decides="identity",
    ),
    *_os.read(
        "OS_CLOUD OS_CLIENT_CONFIG_FILE OS_CLIENT_SECURE_FILE",
        "file",
        "openstack tf-otc go-otc otcext",
        "Cloud of clouds.yaml, and where the files are; a cloud takes the place of the other OS_* "
        "credentials",
        decides="identity",
    ),
    *_os.refused(
        "OS_PASSCODE",
        "tf-otc go-otc openstack",
        f"Passcodes of a second factor are not supported. {KEYS}",
        beside="Password",
    ),
    *_os.refused(
        "OS_APPLICATION_CREDENTIAL_ID OS_APPLICATION_CREDENTIAL_NAME "
        "OS_APPLICATION_CREDENTIAL_SECRET",
        "openstack",
        f"Application credentials are not supported. {KEYS}",
    ),
    *_os.refused(
        "OS_IDENTITY_PROVIDER OS_PROTOCOL OS_ACCESS_TOKEN OS_ACCESS_TOKEN_TYPE "
        "OS_ACCESS_TOKEN_ENDPOINT OS_DISCOVERY_ENDPOINT OS_DEVICE_AUTHORIZATION_ENDPOINT "
        "OS_CODE_CHALLENGE_METHOD OS_CLIENT_ID OS_CLIENT_SECRET OS_OPENID_SCOPE OS_CODE "
        "OS_REDIRECT_URI OS_REDIRECT_HOST OS_REDIRECT_PORT OS_LOGIN_TIMEOUT OS_IDP_OTP_KEY "
        "OS_MUTUAL_AUTH OS_CONSUMER_KEY OS_CONSUMER_SECRET OS_ACCESS_SECRET OS_OAUTH2_ENDPOINT "
        "OS_OAUTH2_CLIENT_ID OS_OAUTH2_CLIENT_SECRET OS_AUTH_METHODS OS_IDENTITY_PROVIDER_URL "
        "OS_SERVICE_PROVIDER_ENDPOINT OS_SERVICE_PROVIDER_ENTITY_ID",
        "openstack",
        FEDERATED,
    ),
    *_os.refused(
        "OS_TRUST_ID OS_SYSTEM_SCOPE",
        "openstack",
        f"These clouds delegate by agencies. {ASSUME}",
    ),
    *_os.refused("OS_ROLES", "otcext", "A part of an agency's roles cannot be asked for: unset it"),
    *_os.refused(
        "OS_ENDPOINT OS_URL OS_FUNCTIONGRAPH_ENDPOINT_OVERRIDE OS_IDENTITY_ENDPOINT_OVERRIDE "
        "OS_IAM_ENDPOINT_OVERRIDE OS_SMN_ENDPOINT_OVERRIDE OS_DIS_ENDPOINT_OVERRIDE "
        "OS_OBS_ENDPOINT_OVERRIDE",
        "openstack otcext",
        f"{ENDPOINTS}, and unset it",
        decides="place",
    ),
    *_os.refused(
        "OS_INTERFACE OS_ENDPOINT_TYPE",
        "openstack tf-otc go-otc",
        f"Only public addresses are used by themselves. {ENDPOINTS}, and unset it",
        decides="place",
        harmless="public publicurl",
    ),
    *_os.refused(
        "OS_IDENTITY_API_VERSION",
        "openstack go-otc",
        "Only version 3 of IAM is spoken: unset it",
        decides="identity",
        harmless="3 v3 3.0 v3.0",
    ),
    *_os.refused(
        "OS_CERT OS_KEY OS_CLIENT_CERT OS_CLIENT_CERT_FILE OS_CLIENT_KEY OS_CLIENT_KEY_FILE",
        "tf-otc tf-hw go-otc openstack",
        f"Client certificates are not sent. {KEYS}",
    ),
    *_os.refused(
        "OS_CLOUD_NAME OS_PROFILE",
        "openstack go-otc",
        "Name the cloud of clouds.yaml with OS_CLOUD, and its profile in the file",
        decides="place",
    ),
    *_os.ignored("OS_INSECURE OS_CACERT OS_CA_CERT OS_CA_CERT_FILE", "tf-otc go-otc", CERTIFICATES),
    *_os.ignored("OS_SWAUTH", "tf-otc", "Swift is not called"),
    *_os.ignored(
        "OS_ALLOW_REAUTH OS_MAX_BACKOFF_RETRIES OS_BACKOFF_RETRY_TIMEOUT OS_DEBUG "
        "OS_VOLUME_API_VERSION OS_IMAGE_API_VERSION OS_PREFER_IPV6 OS_FORCE_IPV4",
        "tf-otc go-otc openstack",
        "It is about how those tools work, not where or as whom",
    ),
    # ---- function runtimes of the Open Telekom Cloud community
    *_otc.read("OTC_SDK_AK", "access_key", "otc-fg", "Access key", decides="identity"),
    *_otc.read("OTC_SDK_SK", "secret_key", "otc-fg", "Its secret", decides="identity"),
    *_otc.read(
        "OTC_SDK_SECURITY_TOKEN",
        "security_token",
        "otc-fg",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_otc.read("OTC_SDK_TOKEN", "token", "otc-fg", "A token of IAM", decides="identity"),
    *_otc.read("OTC_USER_NAME", "username", "otc-fg", "Name of the user", decides="identity"),
    *_otc.read("OTC_USER_PASSWORD", "password", "otc-fg", "Their password", decides="identity"),
    *_otc.read(
        "OTC_SDK_DOMAIN_NAME OTC_DOMAIN_NAME",
        "domain_name",
        "otc-fg",
        "Name of the account; credentials of another account are refused, and two names are",
        decides="identity",
    ),
    *_otc.read(
        "OTC_SDK_DOMAIN_ID",
        "domain_id",
        "otc-fg",
        "Id of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_otc.read("OTC_IAM_ENDPOINT", "auth_url", "otc-fg", "Address of IAM", decides="place"),
    *_otc.read("OTC_SDK_REGION", "region", "otc-fg", "The region", decides="place"),
    *_otc.read("OTC_SDK_PROJECTID", "project_id", "otc-fg", "Id of the project", decides="place"),
    *_otc.read(
        "OTC_SDK_PROJECTNAME OTC_TENANT_NAME",
        "project_name",
        "otc-fg",
        "Name of the project, whose id is looked up; it begins with the region",
        decides="place",
    ),
    *_otc.refused(
        "OTC_SDK_SECURITY_ACCESS_KEY OTC_SDK_SECURITY_SECRET_KEY",
        "otc-fg",
        "Set the temporary key in OTC_SDK_AK and OTC_SDK_SK, beside OTC_SDK_SECURITY_TOKEN",
    ),
    # ---- where nothing else is set
    *_pod.refused(
        "HC_CONTAINER_CREDENTIALS_FULL_URI HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "sdk",
        f"Identities of a pod are not supported. {KEYS}",
    ),
    *_samples.refused(
        "CLOUD_SDK_AK CLOUD_SDK_SK", "samples", "Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"
    ),
    # ---- object stores
    *_storage.ignored(
        "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ACCESS_SECRET_KEY AWS_SECURITY_TOKEN "
        "AWS_SESSION_TOKEN AWS_PROFILE AWS_REGION",
        "obs go-otc",
        OBJECTS_ONLY,
    ),
    *_storage.ignored(
        "OBS_ACCESS_KEY_ID OBS_SECRET_ACCESS_KEY OBS_SECURITY_TOKEN", "obs", OBJECTS_ONLY
    ),
    *_storage.ignored(
        "S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY S3_SECURITY_TOKEN", "otcext", OBJECTS_ONLY
    ),
)
