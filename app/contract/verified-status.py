"""Prints the HTTP status of a page. Arguments: its URL, and a CA file to trust instead of the system's."""

import http.client
import ssl
import sys
from urllib.parse import urlsplit

url, *ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca[0] if ca else None)
# Strict as of Python 3.13: the chain has to follow RFC 5280 to the letter.
context.verify_flags |= ssl.VERIFY_X509_STRICT
connection = http.client.HTTPSConnection(urlsplit(url).netloc, context=context)
connection.request("GET", "/")
print(connection.getresponse().status)
