/** A stack in containers, for a process in one of them: there are no pids of it, and no engine to ask. */
export interface Inside {
  readonly seenFrom: 'inside';
  /** Where it answers with TLS: a name of Docker's DNS, and a port. */
  readonly host: string;
  readonly port: number;
  /** When this process was. */
  readonly startedAt: string;
}

/** @param environment HERMES_SERVED_AT is `host:port` in the containers that have to know; undefined in all others */
export function insideOf({ HERMES_SERVED_AT = '' }: NodeJS.ProcessEnv): Inside | undefined {
  return insideAt(/^(.+):(\d+)$/.exec(HERMES_SERVED_AT)?.slice(1) ?? []);
}

/** @param where host and port where the stack answers, as arguments give them; undefined without them */
export function insideAt([host, port]: readonly string[]): Inside | undefined {
  const startedAt = new Date(Date.now() - 1_000 * process.uptime()).toISOString();
  return host && port ? { seenFrom: 'inside', host, port: Number(port), startedAt } : undefined;
}
