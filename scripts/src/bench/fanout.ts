import type { Benchmark, Conditions, Findings } from './benchmark.js';
import { alternate, short, spread } from './compare.js';
import { compare, joined, targetOf } from './comparison.js';
import { load, type Target } from './generator.js';
import { startHermes } from './hermes.js';
import { type Addressing, type PeerName, peers, type Running, startPeer } from './peers.js';

export const hermes = 'Monitor Hermes';
const base = peers.ws.title;

const sizes = {
  short: [{ subscribers: 1_000, size: 256 }],
  long: [
    { subscribers: 1_000, size: 256 },
    { subscribers: 1_000, size: 1_024 },
    { subscribers: 5_000, size: 256 },
    { subscribers: 5_000, size: 1_024 },
  ],
};

export const fanout: Benchmark = {
  question: 'How many messages does one core deliver, beside what a user would pick instead?',
  tools: ['go', 'python3'],
  run: async (conditions) => {
    const { long, say } = conditions;
    const [rounds, window] = long ? [5, 5] : [2, 1.5];
    const everybody = await withTargets(
      Object.keys(peers) as PeerName[],
      'broadcast',
      say,
      async (targets) => {
        const all: Findings[] = [];
        for (const { subscribers, size } of sizes[long ? 'long' : 'short']) {
          const name = `${subscribers}-${size}`;
          const what = `${subscribers} × ${size} B`;
          const work = { subscribers, size, window };
          const shared = { base, targets, rounds, unit: 'deliveries' };
          const oneByOne = await compare(
            {
              ...shared,
              name: `one-by-one-${name}`,
              what: `${what}, one by one`,
              work,
              aims: { [hermes]: '≥ 5 ×, CPU ≤ 0.22 ×' },
            },
            say,
          );
          const bursts = await compare(
            {
              ...shared,
              name: `bursts-${name}`,
              what: `${what}, in bursts`,
              work: { ...work, publishers: 4, batch: 250 },
              aims: { [hermes]: '≥ 15 ×' },
            },
            say,
          );
          all.push(oneByOne, bursts, await halfLoad(targets, { ...conditions, rounds, ...work }));
        }
        all.push(await churn(targets, { ...conditions, rounds, window }));
        return joined(all);
      },
    );
    const single = await withTargets(['ws', 'bun', 'centrifuge'], 'unicast', say, (targets) =>
      compare(
        {
          ...{ name: 'unicast', what: 'to one of 1000, 256 B', base, targets, rounds },
          ...{ unit: 'deliveries', work: { subscribers: 1_000, size: 256, window, unicast: true } },
        },
        say,
      ),
    );
    return joined([everybody, single]);
  },
};

async function withTargets<T>(
  names: readonly PeerName[],
  addressing: Addressing,
  say: (line: string) => void,
  use: (targets: ReadonlyMap<string, Target>) => Promise<T>,
): Promise<T> {
  const running = new Map<string, Running>();
  try {
    for (const name of names) running.set(peers[name].title, await startPeer(name, say, addressing));
    running.set(hermes, await startHermes({ addressing }));
    return await use(new Map([...running].map(([title, { target }]) => [title, target])));
  } finally {
    await Promise.all([...running.values()].map((one) => one.stop()));
  }
}

interface Load extends Conditions {
  readonly rounds: number;
  readonly subscribers: number;
  readonly size: number;
  readonly window: number;
}

/** Latency when the plain loop has half of what it can do, and all get the same. */
async function halfLoad(targets: ReadonlyMap<string, Target>, conditions: Load): Promise<Findings> {
  const { subscribers, size, window, rounds, say } = conditions;
  const work = { subscribers, size, window };
  const full = await load(targetOf(targets, base), work);
  const rate = Math.max(1, full.messagesPerSecond / 2);
  const what = `${subscribers} × ${size} B, ${short(rate)} messages/s`;
  say(what);
  const reports = await alternate([base, peers.bun.title, hermes], rounds, (title) =>
    load(targetOf(targets, title), { ...work, rate }),
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
  { rounds, window, say }: { rounds: number; window: number; say: (step: string) => void },
): Promise<Findings> {
  const some = new Map([base, peers.bun.title, hermes].map((title) => [title, targetOf(targets, title)]));
  return compare(
    {
      ...{ name: 'churn', what: '500 × 256 B, 8 others come and go', base, targets: some, rounds },
      ...{ unit: 'deliveries', work: { subscribers: 500, size: 256, window, churners: 8 } },
    },
    say,
  );
}
