import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out to outgoing connections, so that none of those takes one meanwhile. */
const range = [20_000, 32_000] as const;

/** Different ports that nothing listens on, as text, under these names. */
export async function freePorts<const Name extends string>(...names: Name[]): Promise<Record<Name, string>> {
  const ports = new Set<number>();
  while (ports.size < names.length) {
    const port = randomInt(...range);
    if (await isFree(port)) ports.add(port);
  }
  const entries = [...ports].map((port, index) => [names[index], String(port)]);
  return Object.fromEntries(entries);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
