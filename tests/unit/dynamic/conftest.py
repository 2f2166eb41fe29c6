"""None of this machine's settings in these tests."""

from unit.this_machine import no_settings_of_this_machine

__all__ = ["no_settings_of_this_machine"]
