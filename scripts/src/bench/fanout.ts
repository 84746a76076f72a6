import type { Benchmark, Conditions, Findings } from './benchmark.js';
import { alternate, short, spread } from './compare.js';
import { compare, joined, measured, targetOf } from './comparison.js';
import { load, type Target, type Work } from './generator.js';
import { startHermes } from './hermes.js';
import { Attendance } from './left-out.js';
import { type Addressing, type PeerName, peers, type Running, startPeer } from './peers.js';

export const hermes = 'Monitor Hermes';
const base = peers.ws.title;

/** Short, those who are slow and far behind are measured one by one only: what is on its way in a burst takes them long. */
const forms = {
  short: {
    rounds: 2,
    times: { warmUp: 0.5, window: 1 },
    batch: 100,
    inBursts: [base, peers.bun.title, peers.centrifuge.title, hermes],
    unicast: ['ws', 'bun'],
    sizes: [{ subscribers: 1_000, size: 256 }],
  },
  long: {
    rounds: 5,
    times: { warmUp: 1, window: 5 },
    batch: 250,
    inBursts: [...Object.values(peers).map(({ title }) => title), hermes],
    unicast: ['ws', 'bun', 'centrifuge'],
    sizes: [
      { subscribers: 1_000, size: 256 },
      { subscribers: 1_000, size: 1_024 },
      { subscribers: 5_000, size: 256 },
      { subscribers: 5_000, size: 1_024 },
    ],
  },
} as const;

export const fanout: Benchmark = {
  question: 'How many messages does one core deliver, beside what a user would pick instead?',
  tools: ['go'],
  run: async (conditions) => {
    const { long, say } = conditions;
    const { rounds, times, batch, inBursts, sizes, unicast } = forms[long ? 'long' : 'short'];
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
          const shared = { base, targets, rounds, unit: 'deliveries' };
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
              work: { ...work, publishers: 4, batch },
              aims: { [hermes]: '≥ 15 ×' },
              beside: { [peers.bun.title]: '≥ 0.9 ×' },
            },
            say,
          );
          all.push(oneByOne, bursts, await halfLoad(targets, { ...conditions, rounds, ...work }));
        }
        all.push(await churn(targets, { say, rounds, times }));
        return joined(all);
      },
    );
    const single = await withTargets(unicast, 'unicast', say, (targets) =>
      compare(
        {
          ...{ name: 'unicast', what: 'to one of 1000, 256 B', base, targets, rounds },
          ...{ unit: 'deliveries', work: { subscribers: 1_000, size: 256, ...times, unicast: true } },
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
  readonly rounds: number;
  readonly subscribers: number;
  readonly size: number;
  readonly window: number;
  readonly warmUp: number;
}

const nearest: readonly string[] = [base, peers.bun.title, hermes];

/** Latency when the plain loop has half of what it can do, and all get the same. */
async function halfLoad(targets: ReadonlyMap<string, Target>, conditions: Load): Promise<Findings> {
  const { subscribers, size, window, warmUp, rounds, say } = conditions;
  const work = { subscribers, size, window, warmUp };
  const full = await load(targetOf(targets, base), work);
  const rate = Math.max(1, full.messagesPerSecond / 2);
  const what = `${subscribers} × ${size} B, ${short(rate)} messages/s`;
  say(what);
  const reports = await alternate([...some(targets, nearest).keys()], rounds, (title) =>
    measured(targetOf(targets, title), { ...work, rate }),
  );
  const middle = (title: string, of: 'p50' | 'p99') =>
    spread((reports.get(title) ?? []).map((report) => report[of])).median;
  const measures = [...reports].map(([title, own]) => {
    const faults = own.flatMap((report) => report.faults);
    const named = { what: `${what}: ${title}`, ...(title === hermes && { aim: 'p99 ≤ 1.2 ×' }) };
    if (faults.length > 0) return { ...named, value: `**invalid**: ${faults[0]}`, invalid: true as const };
    const [p50, p99] = [middle(title, 'p50'), middle(title, 'p99')];
    const ratio = short(p99 / middle(base, 'p99'));
    return { ...named, value: `p50 ${short(p50)} ms, p99 ${short(p99)} ms (${ratio} ×)` };
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
      ...{ unit: 'deliveries', work: { subscribers: 500, size: 256, ...times, churners: 8 } },
    },
    say,
  );
}
