"""Variables of this package, of Huawei Cloud's SDKs and of its Terraform provider."""

from __future__ import annotations

from pulumi_functiongraph.cloud.auth.known.entry import Entry, Group
from pulumi_functiongraph.cloud.auth.known.families import (
    ASSUME,
    CERTIFICATES,
    ENDPOINTS,
    FEDERATED,
    HW,
    OURS,
    SDK,
)

_ours, _sdk, _hw = map(Group, (OURS, SDK, HW))

HUAWEI_VARIABLES: tuple[Entry, ...] = (
    # ---- ours
    *_ours.read("FUNCTIONGRAPH_REGION", "region", "ours", "The region", decides="place"),
    *_ours.read(
        "FUNCTIONGRAPH_PROJECT_ID", "project_id", "ours", "Id of the project", decides="place"
    ),
    *_ours.read(
        "FUNCTIONGRAPH_DOMAIN_ID", "domain_id", "ours", "Id of the account", decides="identity"
    ),
    *_ours.read(
        "FUNCTIONGRAPH_CLOUD FUNCTIONGRAPH_ENDPOINTS",
        "endpoint",
        "ours",
        "The cloud, and addresses of services",
        decides="place",
    ),
    # ---- the vendor's SDKs
    *_sdk.read("HUAWEICLOUD_SDK_AK", "access_key", "sdk", "Access key", decides="identity"),
    *_sdk.read("HUAWEICLOUD_SDK_SK", "secret_key", "sdk", "Its secret", decides="identity"),
    *_sdk.read(
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "security_token",
        "sdk",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_sdk.read(
        "HUAWEICLOUD_SDK_PROJECT_ID", "project_id", "sdk", "Id of the project", decides="place"
    ),
    *_sdk.read(
        "HUAWEICLOUD_SDK_DOMAIN_ID",
        "domain_id",
        "sdk",
        "Id of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_sdk.read(
        "HUAWEICLOUD_SDK_IAM_ENDPOINT", "auth_url", "sdk", "Address of IAM", decides="place"
    ),
    *_sdk.read(
        "HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>",
        "endpoint",
        "sdk",
        "Address of a service in a region",
        decides="place",
    ),
    *_sdk.read(
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        "file",
        "sdk",
        "The credentials file; without it ~/.huaweicloud/credentials",
        decides="identity",
    ),
    *_sdk.refused(
        "HUAWEICLOUD_SDK_REGIONS_FILE", "sdk", f"{ENDPOINTS}, and unset it", decides="place"
    ),
    *_sdk.refused("HUAWEICLOUD_SDK_IDP_ID HUAWEICLOUD_SDK_ID_TOKEN_FILE", "sdk", FEDERATED),
    *_sdk.refused(
        "HUAWEICLOUD_OIDC_PROVIDER_URN HUAWEICLOUD_OIDC_AGENCY_URN HUAWEICLOUD_OIDC_ID_TOKEN "
        "HUAWEICLOUD_OIDC_TOKEN_FILE",
        "sdk",
        FEDERATED,
    ),
    *_sdk.ignored(
        "HUAWEICLOUD_OIDC_SESSION_NAME HUAWEICLOUD_OIDC_DURATION_SECONDS HUAWEICLOUD_OIDC_POLICY "
        "HUAWEICLOUD_OIDC_POLICY_IDS",
        "sdk",
        "It qualifies a login by HUAWEICLOUD_OIDC_PROVIDER_URN, which is refused",
    ),
    *_sdk.ignored("HUAWEICLOUD_SDK_STS_ENDPOINT", "sdk", "STS is not called"),
    # ---- Terraform provider huaweicloud
    *_hw.read("HW_ACCESS_KEY", "access_key", "tf-hw", "Access key", decides="identity"),
    *_hw.read("HW_SECRET_KEY", "secret_key", "tf-hw", "Its secret", decides="identity"),
    *_hw.read(
        "HW_SECURITY_TOKEN",
        "security_token",
        "tf-hw",
        "Security token of a temporary key",
        decides="identity",
    ),
    *_hw.read("HW_AUTH_TOKEN", "token", "tf-hw", "A token of IAM", decides="identity"),
    *_hw.read("HW_USER_NAME", "username", "tf-hw", "Name of the user", decides="identity"),
    *_hw.read("HW_USER_ID", "user_id", "tf-hw", "Id of the user", decides="identity"),
    *_hw.read("HW_USER_PASSWORD", "password", "tf-hw", "The user's password", decides="identity"),
    *_hw.read(
        "HW_DOMAIN_NAME",
        "domain_name",
        "tf-hw",
        "Name of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_hw.read(
        "HW_DOMAIN_ID",
        "domain_id",
        "tf-hw",
        "Id of the account; credentials of another account are refused",
        decides="identity",
    ),
    *_hw.read("HW_AUTH_URL", "auth_url", "tf-hw", "Address of IAM", decides="place"),
    *_hw.read(
        "HW_CLOUD", "endpoint", "tf-hw", "Domain of the services' addresses", decides="place"
    ),
    *_hw.read("HW_REGION_NAME", "region", "tf-hw", "The region", decides="place"),
    *_hw.read("HW_PROJECT_ID", "project_id", "tf-hw", "Id of the project", decides="place"),
    *_hw.read(
        "HW_PROJECT_NAME",
        "project_name",
        "tf-hw",
        "Name of the project, whose id is looked up",
        decides="place",
    ),
    *_hw.read(
        "HW_SHARED_CONFIG_FILE HW_PROFILE",
        "file",
        "tf-hw koocli",
        "File of KooCLI and profile in it (~/.hcloud/config.json and the current one when only "
        "the other is set); takes the place of the other HW_* credentials",
        decides="identity",
    ),
    *_hw.read(
        "HW_ASSUME_ROLE_AGENCY_NAME",
        "agency_name",
        "tf-hw",
        "Agency to assume with the credentials",
        decides="identity",
    ),
    *_hw.read(
        "HW_ASSUME_ROLE_DOMAIN_NAME",
        "agency_domain_name",
        "tf-hw",
        "Name of the agency's account",
        decides="identity",
    ),
    *_hw.read(
        "HW_ASSUME_ROLE_DOMAIN_ID",
        "agency_domain_id",
        "tf-hw",
        "Id of the agency's account",
        decides="identity",
    ),
    *_hw.read(
        "HW_ASSUME_ROLE_DURATION",
        "agency_duration",
        "tf-hw",
        "Seconds, 900 to 86,400, that a key of the agency lives; it is renewed before it expires",
        decides="neither",
    ),
    *_hw.refused(
        "HW_ASSUME_ROLE_IDP_ID HW_ASSUME_ROLE_ID_TOKEN HW_ASSUME_ROLE_ID_TOKEN_FILE",
        "tf-hw",
        f"Federated logins are not supported. {ASSUME}",
    ),
    *_hw.refused(
        "HW_SIGNING_ALGORITHM",
        "tf-hw",
        "Only SDK-HMAC-SHA256 is signed: unset it",
        decides="identity",
        harmless="hmac_sha256 sdk-hmac-sha256",
        beside="AccessKey AssumedAgency",
    ),
    *_hw.ignored(
        "HW_ENTERPRISE_PROJECT_ID",
        "tf-hw",
        "Notification configs belong to no enterprise project, and all functions that the "
        "credentials may see are looked at",
    ),
    *_hw.ignored("HW_INSECURE", "tf-hw", CERTIFICATES),
    *_hw.ignored(
        "HW_MAX_RETRIES HW_ENABLE_FORCE_NEW HW_TF_CUSTOM_UA SKIP_CHECK_WEBSITE_TYPE "
        "SKIP_CHECK_UPGRADE",
        "tf-hw",
        "It is about how that tool works, not where or as whom",
    ),
)
