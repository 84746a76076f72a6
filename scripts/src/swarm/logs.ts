import { execa } from 'execa';
import { nothingDeployed } from '../deploy/target.js';
import type { SwarmEngine } from './engine.js';
import { servicesOf } from './services.js';

/**
 * Shows the last lines of every task of a stack, then what is added, until it is interrupted.
 * @throws HermesError `nothing-deployed`
 */
export async function showSwarmLogs(
  { environment }: SwarmEngine,
  stack: string,
  { lines, follow }: { readonly lines: string; readonly follow: boolean },
): Promise<void> {
  const services = await servicesOf({ environment, address: '' }, stack);
  if (services.length === 0) throw nothingDeployed('ENGINE=swarm HOST=…');
  const words = ['service', 'logs', '--tail', lines, ...(follow ? ['--follow'] : [])];
  const options = {
    env: environment,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  } as const;
  await Promise.all(services.map(({ Spec }) => execa('docker', [...words, Spec.Name], options)));
}
