import { HermesError } from '../../../app/src/errors.js';

/** `user@host`, a name of ssh's configuration, or `ssh://user@host:port`. Nothing that ssh would take for an option. */
const form = /^(?!-)[\w.@:/%+[\]-]+$/;

/** @throws HermesError `host-missing`, `bad-host` */
export function remoteAddress(host: string | undefined): string {
  if (!host)
    throw new HermesError('host-missing', 'there is no host to go to', 'name it: HOST=user@host.example.org');
  if (form.test(host)) return host;
  throw new HermesError(
    'bad-host',
    `HOST=${host} is not the address of a host`,
    'allowed is user@host, ssh://user@host:port, or a name from your ssh configuration',
  );
}
