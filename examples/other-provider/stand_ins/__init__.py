"""Stand-ins for two providers of the community: their names and types, on the local cloud only."""
