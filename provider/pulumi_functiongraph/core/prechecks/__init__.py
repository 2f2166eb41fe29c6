"""Pre-checks: would each notification arrive? What has to be known for that, and what it means.

Never here: asking a cloud, threads, clocks. Those are the operation's.
"""
