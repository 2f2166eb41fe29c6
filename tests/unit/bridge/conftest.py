"""None of this machine's settings in these tests."""

from unit.this_machine import an_event_loop, no_settings_of_this_machine

__all__ = ["an_event_loop", "no_settings_of_this_machine"]
