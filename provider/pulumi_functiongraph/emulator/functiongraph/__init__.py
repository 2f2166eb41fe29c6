"""FunctionGraph v2 of the local cloud: functions, versions, aliases, asynchronous notification.

Never here: HTTP outside responses, requests and urls.
"""
