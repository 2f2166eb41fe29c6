"""OBS of the local cloud: buckets and objects, served by moto's S3 and kept in our own state.

Never here: moto outside object_store.py.
"""
