"""Shakes hands with 127.0.0.1:PORT for each name, trusting only the CA file; prints the names that verified."""

import socket
import ssl
import sys

port, ca_file, *names = sys.argv[1:]
context = ssl.create_default_context(cafile=ca_file)
for name in names:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as connection:
        with context.wrap_socket(connection, server_hostname=name):
            print(name)
