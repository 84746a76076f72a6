import { cpus } from 'node:os';
import type { Benchmark, Findings, Measure } from './benchmark.js';
import { short, spread } from './compare.js';
import { joined, measured } from './comparison.js';
import { hermes } from './fanout.js';
import { mostFiles } from './files.js';
import { type FrontName, withFronts } from './front.js';
import type { LoadReport } from './generator.js';
import { startHermes } from './hermes.js';
import { Attendance } from './left-out.js';
import { type PeerName, peers, type Running, startPeer } from './peers.js';

interface Held {
  readonly title: string;
  readonly aim?: string;
  readonly start: () => Promise<Running>;
}

/** With fewer of them, what a heap grows by once is more than what each of them keeps. */
const subscribers = 10_000;

const forms = {
  short: { rounds: 1, peers: ['ws'], fronts: ['nginx'] },
  long: { rounds: 3, peers: Object.keys(peers), fronts: ['nginx', 'traefik', 'caddy', 'haproxy'] },
};

export const idle: Benchmark = {
  question: 'How much memory does a connection keep that only waits?',
  tools: ['go', 'nginx'],
  run: async ({ long, say }) => {
    const form = forms[long ? 'long' : 'short'];
    const { rounds } = form;
    const work = { mode: 'idle', subscribers, warmUp: 1, window: 2 } as const;
    const what = `${subscribers} connections`;
    const all: Findings[] = [];
    const others = (form.peers as PeerName[]).map((name): Held => {
      return { title: peers[name].title, start: () => startPeer(name, say) };
    });
    for (const { title, aim, start } of [
      ...others,
      { title: hermes, aim: '≤ plain `ws`', start: () => startHermes() } satisfies Held,
    ]) {
      say(`${what}: ${title}`);
      const attendance = new Attendance<LoadReport>(say);
      for (let round = 0; round < rounds && attendance.missing.length === 0; round += 1) {
        // A heap is as large as what it once held: so each round has a new server.
        await attendance.call(`${title} ${round}`, async () => {
          const server = await start();
          return measured(server.target, work).finally(() => server.stop());
        });
      }
      const measures = [...attendance.missing.map((one) => ({ ...one, what: title }))];
      if (measures.length === 0)
        measures.push(measureOf(`${what}: ${title}`, [...attendance.present.values()], aim));
      all.push({ measures });
    }
    for (const name of form.fronts as FrontName[]) {
      const held = Math.min(subscribers, heldBy(name));
      all.push(
        await withFronts([name], say, async (targets) => {
          const measures: Measure[] = [];
          for (const [title, target] of targets) {
            const what = `${held} connections: ${title}`;
            say(what);
            measures.push(measureOf(what, [await measured(target, { ...work, subscribers: held })]));
          }
          return { measures };
        }),
      );
    }
    return joined(all);
  },
};

/**
 * A proxy has two files for each connection; who may raise their limit is root alone, and not everywhere. It is that of a
 * process: Nginx has one for each core.
 */
function heldBy(front: FrontName): number {
  const each = Math.floor(mostFiles() / 2);
  return front === 'nginx' && cpus().length > 1 ? 2 * each : each;
}

function measureOf(what: string, reports: readonly LoadReport[], aim?: string): Measure {
  const [fault] = reports.flatMap((report) => report.faults);
  if (fault) return { what, value: `**invalid**: ${fault}`, invalid: true };
  const middle = (of: 'serverKiB' | 'proxyKiB') => spread(reports.map((report) => report[of])).median;
  const proxy = middle('proxyKiB') > 0 ? `, proxy ${short(middle('proxyKiB'))} KiB` : '';
  return { what, value: `${short(middle('serverKiB'))} KiB${proxy}`, ...(aim && { aim }) };
}
