import type { Benchmark } from './benchmark.js';
import { alternate } from './compare.js';
import { type Comparison, conclude, joined, measured, multiple, targetOf } from './comparison.js';
import { type FrontName, fronts, withFronts } from './front.js';
import type { LoadReport } from './generator.js';

const forms = {
  short: {
    ...{ rounds: 2, warmUp: 1, window: 1 },
    fronts: ['guide', 'nginx-new', 'nginx-new-socket', 'nginx-fixed', 'traefik', 'direct'],
  },
  long: {
    ...{ rounds: 5, warmUp: 1, window: 2 },
    fronts: (Object.keys(fronts) as FrontName[]).filter((name) => name !== 'none' && name !== 'nginx-socket'),
  },
} as const;

const warming = { mode: 'connect', publishers: 16, warmUp: 3, window: 1 } as const;

/** What is asked of: the one most have, and the one that a proxy and an app on one host can have. */
const subjects = [fronts['nginx-new'].title, fronts['nginx-new-socket'].title];

export const handshakes: Benchmark = {
  question:
    'How many wss connections a second can be opened, with full TLS handshakes and with resumed ones?',
  tools: ['go', 'nginx'],
  run: ({ long, say }) => {
    const form = forms[long ? 'long' : 'short'];
    const { rounds, warmUp, window } = form;
    return withFronts(form.fronts, say, async (targets) => {
      const comparison = (resume: boolean): Comparison => ({
        ...{ name: `handshakes-${resume ? 'resumed' : 'full'}`, what: resume ? 'resumed' : 'full' },
        ...{ base: fronts.guide.title, targets, rounds, unit: 'connections' },
        aims: Object.fromEntries(subjects.map((title) => [title, resume ? '' : '≥ 7 ×'])),
        // What a certificate in a variable costs.
        beside: { [fronts['nginx-fixed'].title]: '≥ 0.95 ×' },
        work: { mode: 'connect', publishers: 16, warmUp, window, resume },
      });
      // What a connection needs is compiled over some thousand of them, more than a warm-up brings a slow front.
      if (long) for (const target of targets.values()) await measured(target, warming);
      say('full and resumed, one after the other');
      // Of the same moment, as their quotient is asked for.
      const both = await alternate([...targets.keys()], rounds, async (title) => {
        const target = targetOf(targets, title);
        const full = await measured(target, comparison(false).work);
        return { full, resumed: await measured(target, comparison(true).work) };
      });
      const only = (kind: 'full' | 'resumed'): Map<string, LoadReport[]> =>
        new Map([...both].map(([title, own]) => [title, own.map((round) => round[kind])]));
      const [full, resumed] = [only('full'), only('resumed')];
      return joined([
        conclude(comparison(false), full),
        conclude(comparison(true), resumed),
        {
          measures: [...subjects, fronts['nginx-ws'].title].flatMap((title) =>
            multiple(
              { what: `${title}: resumed beside full`, aim: '≥ 1.25 ×' },
              resumed.get(title) ?? [],
              full.get(title) ?? [],
            ),
          ),
        },
      ]);
    });
  },
};
