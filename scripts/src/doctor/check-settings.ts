import { existsSync, statSync } from 'node:fs';
import type { Loaded } from '../../../app/src/settings/load.js';
import { assertSecrets } from '../operator-settings.js';
import type { Project } from '../project.js';
import type { InEffect } from '../stack/in-effect.js';
import { caught, type Findings, fault, isSound, joined, note, right } from './findings.js';

/**
 * Whether the settings will do, who may read them, and whether they are those of what runs.
 * @param running absent: nothing does
 */
export async function checkSettings(
  { envFile }: Pick<Project, 'envFile'>,
  loaded: Loaded,
  { running, changed }: Pick<InEffect, 'running' | 'changed'>,
): Promise<Findings> {
  // The first `make up` makes both.
  const isFresh = running === undefined && !existsSync(envFile);
  const secrets = await caught(() => {
    if (isFresh) return right('Settings: all valid; there is no .env yet');
    assertSecrets(loaded);
    return right('Settings: all valid, secrets set');
  });
  const mode = (statSync(envFile, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  const exposed = (mode & 0o077) !== 0;
  return joined([
    secrets,
    note(...loaded.warnings),
    ...(exposed
      ? [
          fault(
            'ENV_READABLE',
            `${envFile} has mode ${octal(mode)}, and holds secrets`,
            `chmod 600 ${envFile}`,
          ),
        ]
      : []),
    // A stack without its secrets cannot be compared with one that would be started.
    ...(isSound(secrets)
      ? [note(...changed.map(({ runs, now }) => `it runs with ${runs}; \`make up\` would take ${now}`))]
      : []),
  ]);
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');
