/*
 * What a reader of the documentation might write: it opens a socket, and leaves faults to Node, which prints them.
 * The argument is a `Target` as JSON.
 */
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

const { url, token, ca, at, origin, patience, send, stay, slow } = JSON.parse(process.argv[2]);

const socket = new WebSocket(url, {
  headers: token ? { Authorization: `Bearer ${token}` } : {},
  ...(ca && { ca: readFileSync(ca) }),
  ...(at && { lookup: (_name, _options, done) => done(null, [{ address: at, family: 4 }]) }),
  ...(origin && { origin }),
  ...(patience && { handshakeTimeout: patience }),
});
socket.on('open', () => {
  process.stdout.write('open\n');
  if (send) socket.send(send);
  if (slow) socket.pause();
  if (!stay) socket.close(1000);
});
socket.on('close', (code, reason) => {
  process.stdout.write(`closed: ${code} ${reason}\n`);
  process.exit();
});
if (slow) process.stdin.on('end', () => socket.resume()).resume();
