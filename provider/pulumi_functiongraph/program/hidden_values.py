"""Configs with the values that are secret, which are compared with what is live and never shown."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.core.config_validation import Examined, examine
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.reading import Reader, Reading
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.values import Values


def with_hidden_values(
    reading: Reading,
    declared: Declarations,
    values: Values,
    *,
    only: RecordedConfig | None = None,
) -> Iterator[tuple[RecordedConfig, Examined, frozenset[str]]]:
    """Each config with what it says, secrets too, and the properties that have a secret.

    Args:
        reading: what is declared, without secrets.
        declared: the same as it was recorded.
        values: what is known of it.
        only: the one config that is asked about; every one where not given.
    """
    settings, hidden = reading.settings, values.hidden
    reader = Reader(declared, values, reading.owners, settings.region, settings.project_id)
    for config in reading.configs if only is None else (only,):
        outputs = config.outputs.items() if hidden else ()
        secret = frozenset(path.partition(".")[0] for path, each in outputs if each in hidden)
        examined = reading.configs[config].declaration.examined
        if secret:
            bag = from_program(
                config.arguments,
                known=lambda output, unknown: hidden.get(output, reader.value(output, unknown)),
            )
            examined = examine(bag, region=reader.region, project_id=reader.project_id)
        yield config, examined, secret
