import { fileURLToPath } from 'node:url';
import type { Client, Target } from './client.js';
import { runClient } from './process.js';

/**
 * The handshake by hand: this is how one sees the body of a refusal. It ends once the server has said 101; of that it
 * tells at once only with `--verbose`, otherwise with the first frame.
 */
export const curl: Client = (target) =>
  runClient({
    file: 'curl',
    args: ['--silent', '--show-error', '--verbose', '--http1.1', ...curlOptions(target), httpUrl(target)],
    opened: /^< HTTP\/1.1 101 /m,
    endless: true,
  });

const wscatPath = fileURLToPath(new URL('../../../../node_modules/.bin/wscat', import.meta.url));

const terminal = ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])'];

/** In a terminal, because wscat tells of a closed connection only there. */
export const wscat: Client = ({ url, token, ca, origin, stay }) => {
  const args = [
    ...(ca ? ['--ca', ca] : []),
    ...(token ? ['--header', `Authorization: Bearer ${token}`] : []),
    ...(origin ? ['--origin', origin] : []),
    ...['--connect', url],
  ];
  return runClient({
    file: 'python3',
    args: [...terminal, wscatPath, ...args],
    opened: /Connected/,
    endless: !stay,
  });
};

/** `wss://host/path` as `https://host/path`. */
export const httpUrl = ({ url }: Target) => url.replace(/^ws/, 'http');

const handshake = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function curlOptions({ token, ca, at, origin, patience }: Target): string[] {
  const headers = {
    ...handshake,
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(origin && { Origin: origin }),
  };
  return [
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(ca ? ['--cacert', ca] : []),
    ...(at ? ['--connect-to', `::${at}:`] : []),
    ...(patience ? ['--connect-timeout', String(patience / 1000)] : []),
  ];
}
