#!/usr/bin/env python3
"""Print a port of 127.0.0.1 that is free: the one that is given, else any."""

import socket
import sys

for wanted in (int(sys.argv[1]), 0):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", wanted))
        except OSError:
            continue
        print(taken.getsockname()[1])
        break
