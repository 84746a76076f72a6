#!/bin/sh
# Starts a proxy as the first process of its container, so that it gets the signals itself. What it says on standard
# error, and for Traefik on standard output too, goes through the mask: requests are quoted there, and tokens are in
# them (nginx/mask.sed says more).
#
#   start-masked.sh errors|all PROGRAM ARGUMENTS…
set -eu
what=$1
shift
mkfifo -m 600 /run/hermes/said
LC_ALL=C sed -u -E -f /etc/hermes/mask.sed </run/hermes/said >&2 &
if [ "$what" = all ]; then exec >/run/hermes/said 2>&1; else exec 2>/run/hermes/said; fi
exec "$@"
