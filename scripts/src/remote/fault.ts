import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';

/** What ssh says, and what that means for who called it. The first that fits counts. */
const known: readonly (readonly [RegExp, string, (host: string) => readonly [string, string]])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'host-key-changed',
    (host) => [
      `the host key of ${host} is not the one that is known: somebody may be in between`,
      'ask who runs the host; if the key was really changed, take the old one out with `ssh-keygen -R`',
    ],
  ],
  [
    /Host key verification failed|No \S+ host key is known/,
    'host-key-unknown',
    (host) => [
      `the host key of ${host} is not known here`,
      `compare its fingerprint once, by hand: ssh ${host}`,
    ],
  ],
  [
    /Permission denied|Too many authentication failures/,
    'ssh-denied',
    (host) => [
      `${host} does not let you in`,
      'check the user in HOST=user@host, and that your key is loaded and in its authorized_keys',
    ],
  ],
  [
    /Could not resolve hostname/,
    'host-not-found',
    (host) => [`there is no host of the name in ${host}`, 'check HOST for a slip of the keyboard'],
  ],
  [
    /Connection refused/,
    'ssh-refused',
    (host) => [`${host} refuses ssh connections`, 'check that sshd runs there, and the port'],
  ],
  [
    /timed out|No route to host|Network is unreachable/,
    'ssh-timeout',
    (host) => [`${host} does not answer`, 'check the network, and the firewall of the host'],
  ],
];

/** The error behind what ssh wrote to standard error. @param said all of it */
export function sshFault(host: string, said: string): HermesError {
  const [, code, words] = known.find(([pattern]) => pattern.test(said)) ?? [];
  if (code && words) return new HermesError(code, ...words(host));
  return new HermesError('ssh-failed', `ssh to ${host} failed: ${lastLine(said) || 'it gave no reason'}`);
}
