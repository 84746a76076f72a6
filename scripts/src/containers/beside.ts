import type { Beside } from '../stack/in-effect.js';

/** The stack as a container of it sees it. @param args host and port where it answers; without them, undefined */
export function besideFrom([host, port]: readonly string[]): Beside | undefined {
  if (!host || !port) return undefined;
  return { beside: { host, port: Number(port) }, startedAt: new Date().toISOString() };
}
