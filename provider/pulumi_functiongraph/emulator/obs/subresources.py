"""The parameters of a query that ask for another operation, and those that are signed."""

SUBRESOURCES = frozenset({
    "acl", "append", "backtosource", "bucketStatus", "cors", "customdomain", "delete",
    "deletebucket", "directcoldaccess", "disPolicy", "encryption", "inventory", "lifecycle",
    "location", "logging", "metadata", "mirrorBackToSource", "modify", "name", "notification",
    "object-lock", "obscompresspolicy", "partNumber", "policy", "policyStatus", "position",
    "publicAccessBlock", "quota", "rename", "replication", "requestPayment",
    "response-cache-control", "response-content-disposition", "response-content-encoding",
    "response-content-language", "response-content-type", "response-expires", "restore",
    "retention", "storageClass", "storagePolicy", "storageinfo", "tagging", "torrent", "truncate",
    "uploadId", "uploads", "versionId", "versioning", "versions", "website",
})  # fmt: skip
"""OBS API reference, and the lists of the OBS SDKs for Python and Go."""

S3_SUBRESOURCES = frozenset({
    "accelerate", "analytics", "attributes", "intelligent-tiering", "legal-hold", "metadataTable",
    "metrics", "ownershipControls", "select", "select-type", "session",
})  # fmt: skip
"""Those of Amazon S3 alone; the S3 behind carries some out."""

HARMLESS = frozenset({
    "continuation-token", "delimiter", "encoding-type", "fetch-owner", "key-marker", "list-type",
    "marker", "max-keys", "max-parts", "max-uploads", "part-number-marker", "prefix",
    "start-after", "upload-id-marker", "version-id-marker", "x-id",
})  # fmt: skip
"""What only chooses from a list that is read, or says nothing; no version 2 client signs it."""

NUMBERS = frozenset({"max-keys", "max-parts", "max-uploads", "part-number-marker", "partNumber"})
"""Whole numbers."""

SIGNED = frozenset(name.lower() for name in SUBRESOURCES) | {
    "attname", "cdnnotifyconfiguration", "length", "x-image-process", "x-image-save-bucket",
    "x-image-save-object",
}  # fmt: skip
"""What version 2 signs, in lower case; besides, all that begins with the protocol's prefix."""
