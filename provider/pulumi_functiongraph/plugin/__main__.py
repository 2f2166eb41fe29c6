"""``pulumi-resource-functiongraph [options] ENGINE_ADDRESS``: what the engine starts."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Serve the protocol until the engine ends this process; print the port first.

    Until it serves, an interrupt ends it at once, and not with a traceback of what it is loading.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from pulumi_functiongraph.bridge.sdk_internals.protocol_messages import skip_sdk

    skip_sdk()
    from pulumi_functiongraph.plugin.server import serve

    return serve(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
