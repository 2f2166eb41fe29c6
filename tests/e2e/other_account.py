"""Another account of the local cloud, and its credentials."""

ANOTHER = "eeee0000eeee0000eeee0000eeee0000"
REGION = "eu-nl"
KEY, SECRET_KEY = "CANARYOTHERACCOUNT00", "canary-of-the-other-account"
ACCOUNT = f"""\
accounts:
  - domain: {{name: OTHER}}
    projects: [{{name: {REGION}, id: {ANOTHER}}}]
    users: [{{name: person, password: canary-password}}]
    credentials: [{{access_key: {KEY}, secret_key: {SECRET_KEY}}}]
    agencies: [{{name: notify, grants: [FunctionGraph FullAccess]}}]
    functions: [{{name: orders, xrole: notify}}]
"""
