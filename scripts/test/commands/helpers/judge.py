"""Opens a WebSocket with nothing but Python's own TLS, and prints the status line: argv is host, port, CA, token."""

import socket
import ssl
import sys

host, port, ca, token = sys.argv[1:]
trust = ssl.create_default_context(cafile=ca)
with socket.create_connection(("127.0.0.1", int(port)), 5) as plain:
    with trust.wrap_socket(plain, server_hostname=host) as tls:
        tls.sendall(
            (
                f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ).encode()
        )
        print(tls.recv(4096).split(b"\r\n")[0].decode())
