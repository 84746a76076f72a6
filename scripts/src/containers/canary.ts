import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../app/src/errors.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from '../stack/endpoint.js';
import { probe } from '../stack/probe.js';
import { trustOf } from '../stack/trust.js';
import { canaryInterval, writeVerdict } from './canary-verdict-file.js';

/*
 * A container that uses the stack as clients do: every few seconds it opens a WebSocket through the proxy, with the
 * certificate verified under its public name, and waits for the pong. Arguments: host and port of the proxy.
 */

const [, , address = 'proxy', port = ''] = process.argv;
const { settings } = loadSettings();
const project = projectAt();
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

/** Milliseconds between two looks as long as it does not answer. */
const startInterval = 500;

let before: string | undefined;
while (!stopping.signal.aborted) {
  const verdict = await look();
  writeVerdict(verdict);
  if (verdict !== before) process.stdout.write(`${new Date().toISOString()} ${verdict}\n`);
  before = verdict;
  const pause = verdict === 'ok' ? canaryInterval : startInterval;
  await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
}

async function look(): Promise<string> {
  try {
    const endpoint = { ...endpointOf(settings), address, port: Number(port) };
    const token = signToken(settings, { user_id: 'hermes-canary' }, 60);
    await probe({ endpoint, token, trust: trustOf(project, settings) }, stopping.signal);
    return 'ok';
  } catch (error) {
    return `no answer: ${messageOf(error)}`;
  }
}
