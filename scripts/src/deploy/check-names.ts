import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Milliseconds for one answer, asked for once. */
const patience = { timeout: 3_000, tries: 1 };

/**
 * Whether the names of a site lead to its host, as far as can be seen from here: behind a router, a host does not know the
 * address that the world sees.
 * @param addresses of the host, as it knows them
 * @returns a line for each name that leads elsewhere, or nowhere
 */
export async function checkNames(names: readonly string[], addresses: readonly string[]): Promise<string[]> {
  const asked = names.filter((name) => name !== 'localhost' && !name.startsWith('*.') && isIP(name) === 0);
  const lines = asked.map(async (name) => {
    const found = await resolve(name);
    if (found.length === 0) return `DNS knows no address of ${name} yet`;
    if (found.some((one) => addresses.includes(one))) return undefined;
    return `${name} leads to ${found.join(', ')}, and the host has ${addresses.join(', ')}; right where a router is in between`;
  });
  return (await Promise.all(lines)).filter((line) => line !== undefined);
}

async function resolve(name: string): Promise<string[]> {
  const resolver = new Resolver(patience);
  const answers = await Promise.all([
    resolver.resolve4(name).catch(() => []),
    resolver.resolve6(name).catch(() => []),
  ]);
  return answers.flat();
}
