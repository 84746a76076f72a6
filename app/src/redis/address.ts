/** Where Redis is: one server, the Sentinels that know it, or the nodes of a Cluster. */
export interface RedisAddress {
  readonly kind: 'standalone' | 'sentinel' | 'cluster';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Name of the master that the Sentinels watch. */
  readonly master?: string;
  readonly db: number;
}

const forms = {
  redis: { kind: 'standalone', tls: false, port: 6379 },
  rediss: { kind: 'standalone', tls: true, port: 6379 },
  'redis-sentinel': { kind: 'sentinel', tls: false, port: 26379 },
  'rediss-sentinel': { kind: 'sentinel', tls: true, port: 26379 },
  'redis-cluster': { kind: 'cluster', tls: false, port: 6379 },
  'rediss-cluster': { kind: 'cluster', tls: true, port: 6379 },
} as const;

/**
 * Reads `redis[s]://[[user]:password@]host[:port][/db]`, `redis[s]-sentinel://…@host:port,host:port/master[/db]` or
 * `redis[s]-cluster://…@host:port,host:port`.
 * @returns undefined for anything else
 */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  const match = /^([a-z-]+):\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/.exec(text);
  const form = match && forms[match[1] as keyof typeof forms];
  if (!form) return undefined;
  const [username, password] = credentials(match[2] ?? '');
  const nodes = (match[3] ?? '').split(',').map((node) => hostAndPort(node, form.port));
  const path = (match[4] ?? '').split('/').filter(Boolean);
  const master = form.kind === 'sentinel' ? path.shift() : undefined;
  const db = Number(path.shift() ?? 0);
  const complete = nodes.every((node) => node !== undefined);
  if (!complete || (form.kind === 'sentinel' && !master) || !Number.isInteger(db) || path.length > 0)
    return undefined;
  return {
    kind: form.kind,
    nodes: nodes as RedisAddress['nodes'],
    tls: form.tls,
    db,
    ...(username && { username }),
    ...(password && { password }),
    ...(master && { master }),
  };
}

/** Whether Redis carries the bus, so that processes can share it. */
export const sharesBus = (settings: Parameters<typeof redisUrlOf>[0]): boolean =>
  redisUrlOf(settings) !== undefined;

/** The address that the settings give: `BUS_URL`, else `REDIS_URL`, else the parts. Undefined when there is none. */
export function redisUrlOf(settings: {
  readonly BUS_URL: string | undefined;
  readonly REDIS_URL: string | undefined;
  readonly REDIS_HOST: string | undefined;
  readonly REDIS_PORT: number;
  readonly REDIS_PASSWORD: string | undefined;
}): string | undefined {
  const { BUS_URL, REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD } = settings;
  if (BUS_URL || REDIS_URL) return BUS_URL || REDIS_URL;
  if (!REDIS_HOST) return undefined;
  const password = REDIS_PASSWORD ? `:${encodeURIComponent(REDIS_PASSWORD)}@` : '';
  return `redis://${password}${REDIS_HOST}:${REDIS_PORT}`;
}

/** For logs and errors: no password. */
export function describeAddress({ kind, nodes, master }: RedisAddress): string {
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  return kind === 'standalone' ? hosts : `${kind} ${hosts}${master ? ` (${master})` : ''}`;
}

function credentials(text: string): [string | undefined, string | undefined] {
  const [username, password] = text.includes(':') ? text.split(/:(.*)/s) : [text, ''];
  return [decode(username), decode(password)];
}

/** A password with a stray percent sign is meant literally. */
function decode(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hostAndPort(text: string, fallback: number): { host: string; port: number } | undefined {
  const match = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match?.[1]) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? fallback) };
}
