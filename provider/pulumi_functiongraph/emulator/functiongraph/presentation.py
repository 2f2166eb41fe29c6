"""What is kept, in the words of the API: JSON objects as the answers carry them."""

from collections.abc import Mapping
from datetime import datetime, timezone

import msgspec

from pulumi_functiongraph.emulator.clouds import Flavour
from pulumi_functiongraph.emulator.functiongraph.configs import Target, canonical_param
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, urn_of
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import StoredAlias
from pulumi_functiongraph.emulator.functiongraph.stored_configs import StoredConfig
from pulumi_functiongraph.emulator.functiongraph.triggers import StoredTrigger
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.options import Options


class Presentation(msgspec.Struct, frozen=True):
    """The forms that one cloud, with its options, gives to its answers."""

    flavour: Flavour
    options: Options

    def config(self, version: StoredVersion, stored: StoredConfig, project: Project) -> JsonObject:
        """An async config as PUT, GET and the list answer it."""
        document: JsonObject = {
            "func_urn": urn_of(version, project, qualifier=version.version),
            **self.embedded_config(stored),
        }
        if self.flavour.status_log:
            document["enable_async_status_log"] = stored.config.status_log
        return document

    def embedded_config(self, stored: StoredConfig) -> JsonObject:
        """An async config as a version's `function_async_config` carries it."""
        targets = {
            "on_success": self._target(stored.config.on_success),
            "on_failure": self._target(stored.config.on_failure),
        }
        if self.options.unset_target == "missing":
            targets = {name: target for name, target in targets.items() if target is not None}
        return {
            "max_async_event_age_in_seconds": stored.config.age,
            "max_async_retry_attempts": stored.config.retries,
            "destination_config": targets,
            "created_time": self.time(stored.created_at),
            "last_modified": self._last_modified(stored.modified_at),
        }

    def function(self, version: StoredVersion, project: Project) -> JsonObject:
        """A function's model, its URN with the version."""
        return {
            **self._dated(version.document),
            "func_urn": urn_of(version, project, qualifier=version.version),
        }

    def listed_function(self, version: StoredVersion, project: Project) -> JsonObject:
        """A function as the list of functions answers it, its URN without version."""
        return {**self._dated(version.document), "func_urn": urn_of(version, project)}

    def version(self, version: StoredVersion, project: Project) -> JsonObject:
        """A version as publishing and listing answer it."""
        config = version.config
        return {
            **self.function(version, project),
            "function_async_config": None if config is None else self.embedded_config(config),
        }

    def alias(self, alias: StoredAlias, version: StoredVersion, project: Project) -> JsonObject:
        """An alias."""
        return {
            "name": alias.name,
            "version": alias.version,
            **self._dated(alias.document),
            "alias_urn": urn_of(version, project, qualifier=f"!{alias.name}"),
        }

    def trigger(self, stored: StoredTrigger) -> JsonObject:
        """A trigger; which version or alias it is of is not said."""
        event_data = dict(stored.event_data)
        if stored.type == "SMN":
            event_data["subscription_status"] = "Confirmed"
        return {
            "trigger_id": stored.id,
            "trigger_type_code": stored.type,
            "trigger_status": stored.status,
            "event_data": event_data,
            "last_updated_time": self.time(stored.created_at),
            "created_time": self.time(stored.created_at),
        }

    def time(self, moment: datetime) -> str:
        """A time as RFC 3339 with the cloud's offset."""
        local = moment.astimezone(timezone(self.flavour.utc_offset))
        return local.isoformat(timespec="seconds").replace("+00:00", "Z")

    def _dated(self, document: Mapping[str, object]) -> JsonObject:
        moment = datetime.fromisoformat(str(document["last_modified"]))
        return {**document, "last_modified": self.time(moment)}

    def _last_modified(self, moment: datetime) -> str:
        if self.options.last_modified == "rfc3339":
            return self.time(moment)
        return f"{moment.astimezone(timezone(self.flavour.utc_offset)):%Y-%m-%d %H:%M:%S}"

    def _target(self, target: Target) -> JsonObject | None:
        if target is None:
            empty = self.options.unset_target == "empty"
            return {"destination": "", "param": ""} if empty else None
        canonical = self.options.param_text == "canonical"
        param = canonical_param(target.param) if canonical else target.param
        return {"destination": target.service, "param": param}


def presentation(call: Call) -> Presentation:
    """How this cloud words its answers."""
    return Presentation(call.cloud.flavour, call.cloud.options)
