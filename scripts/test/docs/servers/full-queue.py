"""Listens, never accepts, and fills its own queue, so that the kernel drops whatever else comes, as a firewall does.

Prints its port; ends with its standard input.
"""

import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
address = listener.getsockname()
waiting = [socket.socket() for _ in range(2)]
for client in waiting:
    client.setblocking(False)
    client.connect_ex(address)
print(address[1], flush=True)
sys.stdin.read()
