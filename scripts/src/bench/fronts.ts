import type { Benchmark, Findings } from './benchmark.js';
import { compare, joined } from './comparison.js';
import { type FrontName, fronts as known, withFronts } from './front.js';

const ofHandshakes: readonly FrontName[] = ['nginx-fixed', 'nginx-ws', 'nginx-new-socket'];
const all = (Object.keys(known) as FrontName[]).filter((name) => !ofHandshakes.includes(name));
const inShort = all.filter((name) => name !== 'nginx-new' && name !== 'none');

export const fronts: Benchmark = {
  question: 'How many does it deliver through a proxy with TLS on the same core?',
  tools: ['go', 'nginx'],
  run: ({ long, say }) => {
    const [rounds, times] = long ? [3, { warmUp: 1, window: 3 }] : [2, { warmUp: 1, window: 1 }];
    return withFronts(long ? all : inShort, say, async (targets) => {
      const findings: Findings[] = [];
      for (const batch of long ? [1, 250] : [1]) {
        const how = batch === 1 ? 'one by one' : 'in bursts';
        findings.push(
          await compare(
            {
              ...{
                name: `fronts-${batch}`,
                what: `1000 × 256 B, ${how}`,
                base: known.guide.title,
                targets,
                rounds,
              },
              ...{ unit: 'deliveries', aims: batch === 1 ? { [known.nginx.title]: '≥ 4 ×' } : {} },
              work: { subscribers: 1_000, size: 256, ...times, batch, publishers: batch === 1 ? 16 : 4 },
            },
            say,
          ),
        );
      }
      return joined(findings);
    });
  },
};
