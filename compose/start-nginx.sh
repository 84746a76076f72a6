#!/bin/sh
# Starts nginx as the first process of its container. What nginx quotes of requests goes through the mask, because tokens
# are in them (mask.sed says more); nginx itself gets the signals.
set -eu
mkfifo -m 600 "$1/complaints"
LC_ALL=C sed -u -E -f /etc/hermes/mask.sed <"$1/complaints" >&2 &
exec nginx -e stderr -p "$1" -c /etc/hermes/nginx/nginx.conf -g 'daemon off;' 2>"$1/complaints"
