"""The families of environment variables, and what their notes have in common."""

from __future__ import annotations

OURS, SDK, HW, OS, OTC = "FUNCTIONGRAPH_*", "HUAWEICLOUD_SDK_*", "HW_*", "OS_*", "OTC_*"
POD, SAMPLES, STORAGE = "HC_CONTAINER_*", "CLOUD_SDK_*", "AWS_*, OBS_*, S3_*"

FAMILIES = (SDK, HW, OS, OTC)
"""The families of credentials, in the order in which they are asked."""

LAST_RESORTS = (POD, SAMPLES)
"""Families that name an identity which is not supported, and matter where there is no other."""

KEYS = "Set an access key instead: its id, its secret and, of a temporary key, its security token"
ASSUME = (
    "Set an access key or user of your own account, and the agency (OS_AGENCY_NAME and "
    "OS_AGENCY_DOMAIN_NAME, or HW_ASSUME_ROLE_AGENCY_NAME and HW_ASSUME_ROLE_DOMAIN_NAME)"
)
FEDERATED = (
    "Federated logins are not supported. Set an access key, a temporary one with its security "
    "token, or a token"
)
ENDPOINTS = "Set the address in functiongraph:endpoints or FUNCTIONGRAPH_ENDPOINTS"
CERTIFICATES = "Certificates are always verified. Name your authority's file in REQUESTS_CA_BUNDLE"
OBJECTS_ONLY = (
    "It is the key of an object store, such as the one that holds Pulumi's state; no user of IAM "
    "is chosen by it here"
)
