import { Resolver } from 'node:dns/promises';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startServer } from '../../../../app/test/helpers/servers/server-process.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { findExecutable } from '../../../src/packages/find.js';
import { tools } from '../../../src/packages/tools.js';

/** A key (RFC 8945) that may change the TXT records of one name. */
export interface TsigKey {
  readonly name: string;
  readonly record: string;
  /** Base64. */
  readonly secret: string;
}

/**
 * A real DNS server, bind9's, that answers for one zone and refuses every other question.
 * @param zone such as `test`
 * @param records in the format of a zone file (RFC 1035, section 5)
 * @param key whose holder may update the zone (RFC 2136); absent: nobody
 * @param address that it listens on
 */
export async function startNamed(
  zone: string,
  records: readonly string[],
  key?: TsigKey,
  address = '127.0.0.1',
): Promise<ServerProcess> {
  const server = await startServer('dns', { host: address }, (port, dir) => {
    const head = [
      `$ORIGIN ${zone}.`,
      '$TTL 1',
      '@ SOA ns hostmaster 1 1h 1h 1h 1',
      '@ NS ns',
      'ns A 127.0.0.1',
    ];
    writeFileSync(join(dir, 'zone'), [...head, ...records, ''].join('\n'));
    writeFileSync(
      join(dir, 'named.conf'),
      `options {
        directory "${dir}";
        listen-on port ${port} { ${address}; };
        listen-on-v6 { none; };
        pid-file none;
        session-keyfile none;
        recursion no;
        allow-query-cache { none; };
        dnssec-validation no;
      };
      controls { };
      ${key ? `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };` : ''}
      zone "${zone}" {
        type primary;
        file "zone";
        ${key ? `update-policy { grant ${key.name} name ${key.record} TXT; };` : ''}
      };
      `,
    );
    // A copy: where AppArmor confines the program, it does so by its path, to folders that are not ours.
    const program = join(dir, 'named');
    copyFileSync(findExecutable(tools.named.command, tools.named.paths) ?? 'named', program);
    return { program, args: ['-g', '-c', join(dir, 'named.conf')] };
  });
  await awaitZone(server, zone, address);
  return server;
}

/** It takes connections, and says that it failed, before it has loaded its zone. */
export async function awaitZone({ port }: ServerProcess, zone: string, address = '127.0.0.1'): Promise<void> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  await until(
    () =>
      resolver.resolveSoa(zone).then(
        () => true,
        () => false,
      ),
    () => `an answer about ${zone}`,
    undefined,
    20,
  );
}
