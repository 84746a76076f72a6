#!/bin/sh
# Starts the broker as the first process of its container. Its passwords come as a file in plain text; Mosquitto wants them
# hashed, in a file that is its own. No command line has them, and what is written is in memory.
set -eu
umask 077
cat /run/secrets/mosquitto.passwords >/run/hermes/passwords
mosquitto_passwd -U /run/hermes/passwords
cat /run/secrets/mosquitto.look >/run/hermes/mosquitto_sub
exec mosquitto -c /etc/hermes/mosquitto.conf
