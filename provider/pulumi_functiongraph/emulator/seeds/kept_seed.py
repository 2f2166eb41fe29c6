"""Which seed a state was filled from, so that a start with another one can say so."""

import hashlib

from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS cloud_seed (
    id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL
);
"""


def keep(connection: Connection, seed: Seed | None) -> None:
    """Remember the seed that the state was filled from; None is the built-in one."""
    connection.execute("INSERT OR REPLACE INTO cloud_seed VALUES (1, ?)", (_digest(seed),))


def is_another(connection: Connection, seed: Seed) -> bool:
    """Whether the state is known to be filled from another seed than this one."""
    row = connection.execute("SELECT digest FROM cloud_seed").fetchone()
    return row is not None and row["digest"] != _digest(seed)


def _digest(seed: Seed | None) -> str:
    return "" if seed is None else hashlib.sha256(seed.model_dump_json().encode()).hexdigest()
