import { messageOf } from '../../../app/src/errors.js';
import type { Findings, Measure } from './benchmark.js';
import { alternate, perSecond, ratios, spread, times } from './compare.js';
import { failedReport, type LoadReport, load, type Target, type Work } from './generator.js';

/** What is compared: all of it in each round, and each with the base of the same round. */
export interface Comparison {
  /** Of the file of its chart. */
  readonly name: string;
  /** What is done, such as `1,000 × 256 B, one by one`. */
  readonly what: string;
  /** Of whom the others are multiples. */
  readonly base: string;
  readonly targets: ReadonlyMap<string, Target>;
  readonly rounds: number;
  readonly work: Work;
  /** Aims by title. */
  readonly aims?: Readonly<Record<string, string>>;
  /** Others that the one with an aim is a multiple of as well, by title: what is aimed at. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Of them a fault is told, and proves nothing about the others. */
  readonly peers?: readonly string[];
  /** What is counted, in one word. */
  readonly unit: string;
}

/** Rates against the base, and what each delivery, or connection, costs of the processor. */
export async function compare(comparison: Comparison, say: (step: string) => void): Promise<Findings> {
  const { what, targets, rounds, work } = comparison;
  say(what);
  const reports = await alternate([...targets.keys()], rounds, (title) =>
    measured(targetOf(targets, title), work),
  );
  return conclude(comparison, reports);
}

/** One run; one that could not even begin is a fault of that target, and the others are measured all the same. */
export async function measured(target: Target, work: Work): Promise<LoadReport> {
  try {
    return await load(target, work);
  } catch (error) {
    return failedReport(messageOf(error).trim().split('\n').join(' '));
  }
}

/** The findings of reports, without measuring anything. */
export function conclude(
  comparison: Comparison,
  reports: ReadonlyMap<string, readonly LoadReport[]>,
): Findings {
  const { what, name, base, unit, work, aims = {}, peers = [] } = comparison;
  const ofBase = reports.get(base) ?? [];
  const baseFailed = ofBase.some(({ faults }) => faults.length > 0);
  const measures: Measure[] = [];
  const bars: { label: string; min: number; median: number; max: number }[] = [];
  for (const [title, own] of reports) {
    const faults = [...new Set([...own, ...ofBase].flatMap((report) => report.faults))];
    const named = { what: `${what}: ${title}`, ...(aims[title] && { aim: aims[title] }) };
    if (faults.length > 0) {
      measures.push({ ...named, ...fault(faults, peers.includes(title) && !baseFailed) });
      continue;
    }
    const rate = ratios(own.map(rateOf), ofBase.map(rateOf));
    const cost = ratios(own.map(costOf), ofBase.map(costOf));
    const limit = own.some(({ generatorBusy }) => generatorBusy > 0.9) ? ' (limited by the generator)' : '';
    const refused = work.resume && own.some(({ resumedShare }) => resumedShare < 0.9);
    const remark = refused ? `${limit} (does not resume)` : limit;
    const absolute = perSecond(spread(own.map(rateOf)).median);
    measures.push({ ...named, value: `${times(rate)}, CPU ${times(cost)}; ${absolute}${remark}` });
    bars.push({ label: title, ...rate });
  }
  measures.push(...besides(comparison, reports));
  const title = `${what}: ${unit} a second, × ${base}`;
  return { measures, charts: [{ name, title, unit: '×', bars }] };
}

/** What stands in the place of figures; the fault of a peer does not make the run itself invalid. */
export function fault(faults: readonly string[], ofPeer: boolean): Pick<Measure, 'value' | 'invalid'> {
  const value = `**invalid**: ${faults.slice(0, 3).join('; ')}`;
  return ofPeer ? { value } : { value, invalid: true };
}

/** Of what has an aim, how often it is another one besides the base. */
function besides(
  { what, aims = {}, beside = {} }: Comparison,
  reports: ReadonlyMap<string, readonly LoadReport[]>,
): Measure[] {
  const [subject = ''] = Object.keys(aims);
  const own = reports.get(subject) ?? [];
  return Object.entries(beside).flatMap(([title, aim]) =>
    multiple({ what: `${what}: ${subject} beside ${title}`, aim }, own, reports.get(title) ?? []),
  );
}

/** How often the rates of some are those of others, round by round; nothing where a run proves nothing. */
export function multiple(
  named: Pick<Measure, 'what' | 'aim'>,
  own: readonly LoadReport[],
  others: readonly LoadReport[],
): Measure[] {
  if (others.length === 0 || [...own, ...others].some(({ faults }) => faults.length > 0)) return [];
  return [{ ...named, value: times(ratios(own.map(rateOf), others.map(rateOf))) }];
}

const rateOf = ({ perSecond: rate }: LoadReport) => rate;

const costOf = ({ serverMicros, proxyMicros }: LoadReport) => serverMicros + proxyMicros;

export function targetOf(targets: ReadonlyMap<string, Target>, title: string): Target {
  const target = targets.get(title);
  if (target) return target;
  throw new Error(`there is no ${title}`);
}

export function joined(all: readonly Findings[]): Findings {
  return {
    measures: all.flatMap(({ measures }) => measures),
    charts: all.flatMap(({ charts = [] }) => charts),
  };
}
