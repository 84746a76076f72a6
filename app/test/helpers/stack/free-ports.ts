import { freePort } from '../../../../scripts/src/servers/free-port.js';

/** Different ports that nothing listens on, as text, under these names. */
export async function freePorts<const Name extends string>(...names: Name[]): Promise<Record<Name, string>> {
  const entries: [string, string][] = [];
  for (const name of names) entries.push([name, String(await freePort())]);
  return Object.fromEntries(entries) as Record<Name, string>;
}
