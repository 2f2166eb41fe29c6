"""Python code of functions, really run: a pool of processes, one run at a time in each.

Never here: which function is run and when (`invocations`), HTTP, the state of the local cloud.

This is no sandbox. The code runs as the user who started the local cloud: it can read that user's
files, reach the network and end that user's processes. What is kept apart is what goes wrong by
mistake: time, memory, output and end of one process touch no other run. Run code that you trust.
"""
