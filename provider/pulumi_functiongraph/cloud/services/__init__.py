"""The services: one client a service, over sessions of `cloud.http`.

Never here: how a request is signed, sent and repeated.
"""
