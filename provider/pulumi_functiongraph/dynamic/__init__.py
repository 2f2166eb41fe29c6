"""The dynamic provider and its resource class, whose import paths are in every user's state.

Never here: graph walks and pre-checks; a provider cannot see what the program declares.
"""

from pulumi_functiongraph import imported

imported("dynamic.provider")  # first here: in its own process the provider is unpickled
