import { Command, InvalidArgumentError } from 'commander';
import { planCapacity } from '../capacity/plan.js';
import { describePlan } from '../capacity/text.js';

/** `hermes plan`: machines, memory and limits for so many connections and messages. Nothing is read or changed. */
export function planVerb(): Command {
  return new Command('plan')
    .description('machines for so many connections and messages')
    .requiredOption('--connections <n>', 'sockets that are open at a time; make: CONNECTIONS=', positive)
    .requiredOption('--rate <n>', 'messages a second, of all publishers together; make: RATE=', positive)
    .option('--size <bytes>', 'of a message as clients get it; make: SIZE=', positive, 512)
    .option(
      '--subscribers <n>',
      'connections that get a message, on average; make: SUBSCRIBERS=',
      positive,
      10,
    )
    .option('--cores <n>', 'of a machine; make: CORES=', positive, 8)
    .option('--memory <GiB>', 'of a machine; make: MEMORY=', positive, 16)
    .action(({ cores, memory, ...demand }) => {
      const machine = { cores, memoryGiB: memory };
      process.stdout.write(`${describePlan(planCapacity(demand, machine), demand, machine).join('\n')}\n`);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 1e9) return value;
  throw new InvalidArgumentError('Give a number above 0, up to a thousand million.');
}
