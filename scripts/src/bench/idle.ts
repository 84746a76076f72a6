import type { Benchmark, Measure } from './benchmark.js';
import { alternate, short, spread } from './compare.js';
import { targetOf } from './comparison.js';
import { hermes } from './fanout.js';
import { type FrontName, fronts, withFronts } from './front.js';
import { type LoadReport, load } from './generator.js';
import { startHermes } from './hermes.js';
import { type PeerName, peers, startPeer } from './peers.js';

export const idle: Benchmark = {
  question: 'How much memory does a connection keep that only waits?',
  tools: ['go', 'python3', 'nginx', 'caddy', 'haproxy'],
  run: async ({ long, say }) => {
    const [rounds, subscribers] = long ? [3, 10_000] : [1, 2_000];
    const work = { mode: 'idle', subscribers, warmUp: 1, window: 2 } as const;
    const measures: Measure[] = [];
    const add = (title: string, reports: readonly LoadReport[], aim?: string) => {
      const faults = reports.flatMap((report) => report.faults);
      const what = `${subscribers} connections: ${title}`;
      if (faults.length > 0)
        return measures.push({ what, value: `**invalid**: ${faults[0]}`, invalid: true });
      const middle = (of: 'serverKiB' | 'proxyKiB') => spread(reports.map((report) => report[of])).median;
      const proxy = middle('proxyKiB') > 0 ? `, proxy ${short(middle('proxyKiB'))} KiB` : '';
      return measures.push({ what, value: `${short(middle('serverKiB'))} KiB${proxy}`, ...(aim && { aim }) });
    };
    // A heap is as large as what it once held: so each round has a new server.
    const direct = await alternate([...(Object.keys(peers) as PeerName[]), hermes], rounds, async (name) => {
      say(`${subscribers} connections: ${name}`);
      const server = name === hermes ? await startHermes() : await startPeer(name as PeerName, say);
      try {
        return await load(server.target, work);
      } finally {
        await server.stop();
      }
    });
    for (const [name, reports] of direct) {
      if (name === hermes) add(name, reports, '≤ plain `ws`');
      else add(peers[name as PeerName].title, reports);
    }
    for (const name of ['nginx', 'traefik', 'caddy', 'haproxy'] as const satisfies FrontName[]) {
      say(`${subscribers} connections: ${fronts[name].title}`);
      const report = await withFronts([name], say, (targets) =>
        load(targetOf(targets, fronts[name].title), work),
      );
      add(fronts[name].title, [report]);
    }
    return { measures };
  },
};
