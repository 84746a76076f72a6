import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { ensureTool } from '../packages/install.js';
import { pinned } from '../servers/pinned.js';
import { startBallast } from './ballast.js';
import { kept } from './kept.js';

/** What is put under load, and whose processor time and memory are measured. */
export interface Target {
  /** `ws:` or `wss:`; `{n}` is the number of the connection. */
  readonly url: string;
  /** Takes messages; `{n}` is the receiver. */
  readonly publish: string;
  readonly publishHeader?: string;
  /** A message; `{mark}{pad}` is what the generator fills in, `{n}` the receiver. */
  readonly body: string;
  readonly dialect?: 'websocket' | 'socket.io' | 'centrifuge';
  /** CA to trust. */
  readonly ca?: string;
  readonly server: number;
  readonly proxy?: number;
}

export interface Work {
  readonly mode?: 'fanout' | 'connect' | 'idle';
  readonly subscribers?: number;
  /** Bytes of the text that a subscriber gets. */
  readonly size?: number;
  /** Requests, or handshakes, at a time. */
  readonly publishers?: number;
  /** Messages in one request. */
  readonly batch?: number;
  /** Messages a second; as many as go when not given. */
  readonly rate?: number;
  /** Connections that come and go beside the others, at a time. */
  readonly churners?: number;
  readonly unicast?: boolean;
  readonly resume?: boolean;
  /** Connections end after their TLS handshake. */
  readonly bare?: boolean;
  /** Seconds before it counts, and for which it does. */
  readonly warmUp?: number;
  readonly window?: number;
}

/** What the generator counted; times in milliseconds, processor time in microseconds for each delivery or connection. */
export interface LoadReport {
  readonly valid: boolean;
  readonly faults: readonly string[];
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly disordered: number;
  readonly frameBytes: number;
  readonly perSecond: number;
  readonly messagesPerSecond: number;
  readonly serverMicros: number;
  readonly proxyMicros: number;
  readonly generatorMicros: number;
  /** Share of its core; near 1 it is the generator that was measured. */
  readonly generatorBusy: number;
  readonly p50: number;
  readonly p99: number;
  readonly connects: number;
  /** Of the connections that were counted; servers need not take the sessions that are offered. */
  readonly resumedShare: number;
  readonly serverKiB: number;
  readonly proxyKiB: number;
}

/** A run that found nothing but why it could not be made. */
export const failedReport = (reason: string): LoadReport => ({
  ...{ valid: false, faults: [reason], expected: 0, received: 0, lost: 0, duplicated: 0, disordered: 0 },
  ...{ frameBytes: 0, perSecond: 0, messagesPerSecond: 0, serverMicros: 0, proxyMicros: 0 },
  ...{ generatorMicros: 0, generatorBusy: 0, p50: 0, p99: 0, connects: 0, resumedShare: 0 },
  ...{ serverKiB: 0, proxyKiB: 0 },
});

const sources = join(projectRoot, 'scripts/bench/load');

/** The load generator's program, built on first use. */
export async function ensureGenerator(say: (line: string) => void): Promise<string> {
  const files = readdirSync(sources).map((name) => join(sources, name));
  const folder = await kept('load', files, async (draft) => {
    const go = await ensureTool('go', say);
    say('building the load generator');
    await execa(go, ['build', '-trimpath', '-o', join(draft, 'load'), '.'], {
      cwd: sources,
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    });
  });
  return join(folder, 'load');
}

/** Puts a target under load once, from a core of its own. @throws Error when it could not even begin */
export async function load(target: Target, work: Work): Promise<LoadReport> {
  const command = pinned(
    { program: await ensureGenerator(() => {}), args: toArguments(target, work) },
    'generator',
  );
  const endBallast = startBallast();
  try {
    // One thread: with more, they would only wait for one another on their one core.
    const { stdout } = await execa(command.program, command.args, {
      env: { GOMAXPROCS: '1' },
      timeout: 300_000,
    });
    return JSON.parse(stdout) as LoadReport;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new Error(`the load generator gave up: ${String(error.stderr) || error.shortMessage}`);
  } finally {
    await endBallast();
  }
}

function toArguments(target: Target, work: Work): string[] {
  const values = {
    url: target.url,
    publish: target.publish,
    'publish-header': target.publishHeader,
    body: target.body,
    dialect: target.dialect,
    ca: target.ca,
    server: target.server,
    proxy: target.proxy,
    mode: work.mode,
    subscribers: work.subscribers,
    size: work.size,
    publishers: work.publishers,
    batch: work.batch,
    rate: work.rate,
    churners: work.churners,
    unicast: work.unicast,
    resume: work.resume,
    bare: work.bare,
    'warm-up': work.warmUp && `${work.warmUp}s`,
    window: work.window && `${work.window}s`,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`-${name}=${value}`],
  );
}
