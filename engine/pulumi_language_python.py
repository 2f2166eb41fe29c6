"""Start the Python language host: ``python pulumi_language_python.py [options] ENGINE_ADDRESS``."""

import sys

from language_host.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
