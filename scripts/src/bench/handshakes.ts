import type { Benchmark, Findings } from './benchmark.js';
import { alternate } from './compare.js';
import { type Comparison, conclude, joined, measured, multiple, targetOf } from './comparison.js';
import { type FrontName, fronts, withFronts } from './front.js';
import type { LoadReport, Target, Work } from './generator.js';

/** What a connection is opened for, and what of it is asked. */
interface Stage {
  readonly what: string;
  /** Of its charts. */
  readonly name: string;
  readonly work: Work;
  /** Those with an aim, and the first of them beside the one with a fixed certificate. */
  readonly subjects: readonly FrontName[];
  readonly aims: { readonly full?: string; readonly fixed?: string; readonly resumed?: string };
}

const stages = {
  alone: {
    ...{ what: 'TLS alone', name: 'tls', work: { bare: true, warmUp: 0.5, window: 1 } },
    ...{ subjects: ['nginx-new'], aims: { full: '≥ 7 ×', fixed: '≥ 0.95 ×', resumed: '≥ 1.25 ×' } },
  },
  whole: {
    ...{ what: 'with a WebSocket', name: 'handshakes', work: { warmUp: 1, window: 1 } },
    ...{ subjects: ['nginx-new', 'nginx-new-socket', 'nginx-ws'], aims: {} },
  },
} as const satisfies Record<string, Stage>;

type Form = { readonly rounds: number } & Readonly<Record<keyof typeof stages, readonly FrontName[]>>;

/** Only with a WebSocket do they differ from the others. */
const byUpstream: readonly FrontName[] = ['nginx-ws', 'nginx-new-socket'];
const all = (Object.keys(fronts) as FrontName[]).filter((name) => name !== 'none' && name !== 'nginx-socket');

const forms: Record<'short' | 'long', Form> = {
  short: {
    rounds: 2,
    alone: ['guide', 'nginx-new', 'nginx-fixed'],
    whole: ['guide', 'nginx-new-socket', 'traefik', 'direct'],
  },
  long: { rounds: 5, alone: all.filter((name) => !byUpstream.includes(name)), whole: all },
};

export const handshakes: Benchmark = {
  question:
    'How many wss connections a second can be opened, with full TLS handshakes and with resumed ones?',
  tools: ['go', 'nginx'],
  run: ({ long, say }) => {
    const form = forms[long ? 'long' : 'short'];
    const names = all.filter((name) => form.alone.includes(name) || form.whole.includes(name));
    return withFronts(names, say, async (targets) => {
      const findings: Findings[] = [];
      for (const [key, stage] of Object.entries(stages) as [keyof typeof stages, Stage][]) {
        say(`${stage.what}: full and resumed, one after the other`);
        const own: readonly string[] = form[key].map((name) => fronts[name].title);
        const taking = new Map([...targets].filter(([title]) => own.includes(title)));
        // What a WebSocket needs is compiled over some thousand of them, more than a warm-up brings a slow front.
        if (long && key === 'whole') {
          for (const target of taking.values()) await measured(target, workOf(stage, false, 3));
        }
        findings.push(await compareFullAndResumed(stage, taking, form.rounds));
      }
      return joined(findings);
    });
  },
};

const workOf = (stage: Stage, resume: boolean, warmUp = stage.work.warmUp): Work => ({
  ...{ mode: 'connect', publishers: 16, ...stage.work, resume },
  ...(warmUp !== undefined && { warmUp }),
});

async function compareFullAndResumed(
  stage: Stage,
  targets: ReadonlyMap<string, Target>,
  rounds: number,
): Promise<Findings> {
  const [fixed, subjects] = [fronts['nginx-fixed'].title, stage.subjects.map((name) => fronts[name].title)];
  const comparison = (kind: 'full' | 'resumed'): Comparison => ({
    ...{ name: `${stage.name}-${kind}`, what: `${stage.what}, ${kind}` },
    ...{ base: fronts.guide.title, targets, rounds, unit: 'connections' },
    aims: Object.fromEntries(subjects.map((title) => [title, (kind === 'full' && stage.aims.full) || ''])),
    // What a certificate in a variable costs.
    beside: targets.has(fixed) ? { [fixed]: stage.aims.fixed ?? '' } : {},
    work: workOf(stage, kind === 'resumed'),
  });
  // Of the same moment, as their quotient is asked for.
  const both = await alternate([...targets.keys()], rounds, async (title) => {
    const target = targetOf(targets, title);
    const full = await measured(target, workOf(stage, false));
    return { full, resumed: await measured(target, workOf(stage, true)) };
  });
  const only = (kind: 'full' | 'resumed'): Map<string, LoadReport[]> =>
    new Map([...both].map(([title, own]) => [title, own.map((round) => round[kind])]));
  const [full, resumed] = [only('full'), only('resumed')];
  const aim = stage.aims.resumed ?? '';
  return joined([
    conclude(comparison('full'), full),
    conclude(comparison('resumed'), resumed),
    {
      measures: subjects.flatMap((title) =>
        multiple(
          { what: `${stage.what}, ${title}: resumed beside full`, aim },
          resumed.get(title) ?? [],
          full.get(title) ?? [],
        ),
      ),
    },
  ]);
}
