import type { Benchmark, Findings } from './benchmark.js';
import { compare, joined } from './comparison.js';
import { type FrontName, fronts, withFronts } from './front.js';

const all = (Object.keys(fronts) as FrontName[]).filter((name) => name !== 'none' && name !== 'nginx-socket');

export const handshakes: Benchmark = {
  question:
    'How many wss connections a second can be opened, with full TLS handshakes and with resumed ones?',
  tools: ['go', 'nginx'],
  run: ({ long, say }) => {
    const [rounds, times] = long ? [5, { warmUp: 1, window: 4 }] : [2, { warmUp: 0.3, window: 1 }];
    return withFronts(all, say, async (targets) => {
      const findings: Findings[] = [];
      for (const resume of [false, true]) {
        const what = resume ? 'resumed' : 'full';
        // What a certificate in a variable costs.
        const beside = { [fronts['nginx-fixed'].title]: '≥ 0.95 ×' };
        const aims = {
          [fronts['nginx-new'].title]: resume ? '≥ 1.25 × full' : '≥ 7 ×',
        };
        findings.push(
          await compare(
            {
              ...{ name: `handshakes-${what}`, what, base: fronts.guide.title, targets, rounds },
              ...{
                unit: 'connections',
                aims,
                beside,
                work: { mode: 'connect', publishers: 16, ...times, resume },
              },
            },
            say,
          ),
        );
      }
      return joined(findings);
    });
  },
};
