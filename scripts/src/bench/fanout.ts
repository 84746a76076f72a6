import type { Benchmark, Conditions, Findings } from './benchmark.js';
import { alternate, ratios, short, spread, times } from './compare.js';
import { compare, fault, joined, measured, targetOf } from './comparison.js';
import { load, type Target, type Work } from './generator.js';
import { startHermes } from './hermes.js';
import { Attendance } from './left-out.js';
import { type Addressing, type PeerName, peers, type Running, startPeer } from './peers.js';

export const hermes = 'Monitor Hermes';
const base = peers.ws.title;
const others = Object.values(peers).map(({ title }) => title);

/** Those who are slow and far behind are measured one by one only: what is on its way in a burst takes them minutes. */
const inBursts = [base, peers.bun.title, peers.centrifuge.title, hermes];

const forms = {
  short: {
    window: 1,
    half: { rounds: 2, window: 2 },
    unicast: [],
    sizes: [{ subscribers: 1_000, size: 256 }],
  },
  long: {
    window: 2,
    half: { rounds: 3, window: 8 },
    unicast: ['ws', 'bun', 'centrifuge'],
    sizes: [1_000, 5_000].flatMap((subscribers) => [256, 1_024].map((size) => ({ subscribers, size }))),
  },
} as const;
const rounds = 2;

export const fanout: Benchmark = {
  question: 'How many messages does one core deliver, beside what a user would pick instead?',
  tools: ['go'],
  run: async (conditions) => {
    const { long, say } = conditions;
    const { window, half, sizes, unicast } = forms[long ? 'long' : 'short'];
    const times = { warmUp: 1, window };
    const everybody = await withTargets(
      Object.keys(peers) as PeerName[],
      'broadcast',
      say,
      async (targets) => {
        const all: Findings[] = [];
        for (const { subscribers, size } of sizes) {
          const name = `${subscribers}-${size}`;
          const what = `${subscribers} × ${size} B`;
          const work = { subscribers, size, ...times };
          const shared = { base, peers: others, targets, rounds, unit: 'deliveries' };
          const oneByOne = await compare(
            {
              ...shared,
              name: `one-by-one-${name}`,
              what: `${what}, one by one`,
              work,
              aims: { [hermes]: '≥ 5 ×, CPU ≤ 0.22 ×' },
              beside: { [peers.centrifuge.title]: '≥ 1.8 ×', [peers.fastapi.title]: '≥ 10 ×' },
            },
            say,
          );
          const bursts = await compare(
            {
              ...shared,
              targets: some(targets, inBursts),
              name: `bursts-${name}`,
              what: `${what}, in bursts`,
              work: { ...work, publishers: 4, batch: 100 },
              aims: { [hermes]: '≥ 15 ×' },
              beside: { [peers.bun.title]: '≥ 0.9 ×' },
            },
            say,
          );
          all.push(oneByOne, bursts, await halfLoad(targets, half, { ...conditions, ...work }));
        }
        all.push(await churn(targets, { say, rounds, times }));
        return joined(all);
      },
    );
    if (unicast.length === 0) return everybody;
    const single = await withTargets(unicast, 'unicast', say, (targets) =>
      compare(
        {
          ...{ name: 'unicast', what: 'to one of 1000, 256 B', base, targets, rounds },
          ...{
            unit: 'deliveries',
            peers: others,
            work: { subscribers: 1_000, size: 256, ...times, unicast: true },
          },
        },
        say,
      ),
    );
    return joined([everybody, single]);
  },
};

async function withTargets(
  names: readonly PeerName[],
  addressing: Addressing,
  say: (line: string) => void,
  use: (targets: ReadonlyMap<string, Target>) => Promise<Findings>,
): Promise<Findings> {
  const attendance = new Attendance<Running>(say);
  const { present, missing } = attendance;
  try {
    for (const name of names)
      await attendance.call(peers[name].title, () => startPeer(name, say, addressing));
    present.set(hermes, await startHermes({ addressing }));
    const found = await use(new Map([...present].map(([title, { target }]) => [title, target])));
    return joined([found, { measures: missing }]);
  } finally {
    await Promise.all([...present.values()].map((one) => one.stop()));
  }
}

const some = (targets: ReadonlyMap<string, Target>, titles: readonly string[]) =>
  new Map([...targets].filter(([title]) => titles.includes(title)));

interface Load extends Conditions {
  readonly subscribers: number;
  readonly size: number;
  readonly window: number;
  readonly warmUp: number;
}

const nearest: readonly string[] = [base, peers.bun.title, hermes];

/**
 * Latency when the plain loop has half of what it can do, and all get the same. All subscribers have a message at about
 * the same time, so of a hundred messages the slowest one is the 99th percentile: it takes several hundred.
 */
async function halfLoad(
  targets: ReadonlyMap<string, Target>,
  half: { readonly rounds: number; readonly window: number },
  conditions: Load,
): Promise<Findings> {
  const { subscribers, size, window, warmUp, say } = conditions;
  const work = { subscribers, size, window, warmUp };
  const full = await load(targetOf(targets, base), work);
  const rate = Math.max(1, full.messagesPerSecond / 2);
  const what = `${subscribers} × ${size} B, ${short(rate)} messages/s`;
  say(what);
  const reports = await alternate([...some(targets, nearest).keys()], half.rounds, (title) =>
    measured(targetOf(targets, title), { ...work, window: half.window, rate }),
  );
  const ofBase = reports.get(base) ?? [];
  const measures = [...reports].map(([title, own]) => {
    const faults = own.flatMap((report) => report.faults);
    const named = { what: `${what}: ${title}`, ...(title === hermes && { aim: 'p99 ≤ 1.2 ×' }) };
    if (faults.length > 0) return { ...named, ...fault(faults, title === peers.bun.title) };
    const [p50, p99] = (['p50', 'p99'] as const).map((of) => short(spread(own.map((one) => one[of])).median));
    const multiple = times(
      ratios(
        own.map((one) => one.p99),
        ofBase.map((one) => one.p99),
      ),
    );
    return { ...named, value: `p50 ${p50} ms, p99 ${p99} ms; p99 ${multiple}` };
  });
  return { measures };
}

/** Others come and go all the time: those who stay must get everything. */
function churn(
  targets: ReadonlyMap<string, Target>,
  {
    rounds,
    times,
    say,
  }: Pick<Conditions, 'say'> & { rounds: number; times: Pick<Work, 'warmUp' | 'window'> },
): Promise<Findings> {
  return compare(
    {
      ...{ name: 'churn', what: '500 × 256 B, 8 others come and go', base, rounds },
      targets: some(targets, nearest),
      peers: others,
      ...{ unit: 'deliveries', work: { subscribers: 500, size: 256, ...times, churners: 8 } },
    },
    say,
  );
}
