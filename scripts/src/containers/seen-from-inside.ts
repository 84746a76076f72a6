/** A stack in containers, for a process in one of them: there are no pids of it, and no engine to ask. */
export interface Inside {
  readonly seenFrom: 'inside';
  /** Where it answers with TLS: a name of Docker's DNS, and a port. */
  readonly host: string;
  readonly port: number;
}

/** @param environment HERMES_SERVED_AT is `host:port` in the containers that have to know; undefined in all others */
export function insideOf({ HERMES_SERVED_AT = '' }: NodeJS.ProcessEnv): Inside | undefined {
  const [, host, port] = /^(.+):(\d+)$/.exec(HERMES_SERVED_AT) ?? [];
  return host && port ? { seenFrom: 'inside', host, port: Number(port) } : undefined;
}
