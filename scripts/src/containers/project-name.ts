import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

/** On every container: the folder of the installation that it is part of. */
const folderLabel = 'monitor-hermes.folder';

/**
 * Refuses a name of a Compose project under which the containers of another installation run: Compose would take them
 * for ours, and replace or remove them.
 * @throws HermesError `name-taken`
 */
export async function assertNameFree(name: string, folder: string): Promise<void> {
  const filter = `label=com.docker.compose.project=${name}`;
  const format = `{{.Label "${folderLabel}"}}`;
  const args = ['ps', '--all', '--filter', filter, '--format', format];
  const { stdout } = await execa('docker', args, { reject: false, stdin: 'ignore' });
  const taken = otherOwner((stdout ?? '') === '' ? [] : stdout.split('\n'), folder);
  if (taken === undefined) return;
  throw new HermesError(
    'name-taken',
    `the Compose project ${name} is ${taken}`,
    'give this one another name: make up COMPOSE_PROJECT=…',
  );
}

/** Names of the containers of a Compose project that run. */
export async function runningIn(name: string): Promise<string[]> {
  const filter = `label=com.docker.compose.project=${name}`;
  const args = ['ps', '--filter', filter, '--format', '{{.Names}}'];
  const { stdout } = await execa('docker', args, { reject: false, stdin: 'ignore' });
  return (stdout ?? '').split('\n').filter(Boolean);
}

/**
 * Whose the containers of a project are, in words, if not this folder's.
 * @param labels the folder that each one names; empty where one names none
 */
export function otherOwner(labels: readonly string[], folder: string): string | undefined {
  const other = labels.find((label) => label !== '' && label !== folder);
  if (other !== undefined) return `that of the stack in ${other}`;
  // One without the label may be left of ours, from a file of another release.
  return labels.length > 0 && labels.every((label) => label === '') ? 'not one of Hermes' : undefined;
}
