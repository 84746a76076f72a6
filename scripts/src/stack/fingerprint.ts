import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Project } from '../project.js';
import { staticFile } from '../render/traefik-plan.js';
import { traefikFolder } from './native-layout.js';

/**
 * Changes with whatever the running processes have read at their start, but for the proxy. Certificates are read again
 * by themselves, and so is what a proxy can take up while it runs: with a proxy, the policy for TLS is in nothing else.
 * Which proxy it is changes nothing for the app.
 */
export function fingerprint({ raw, settings }: Loaded): string {
  const { TLS_POLICY, PROXY, ...others } = raw;
  const read = settings.PROXY === 'none' ? raw : others;
  const kit = ['renewal', 'acme', 'certs', 'watch'].map((folder) =>
    join(projectRoot, 'dist/scripts/src', folder),
  );
  const code = contentHash([join(projectRoot, 'dist/app'), ...kit]);
  return createHash('sha256').update(JSON.stringify(read)).update(process.version).update(code).digest('hex');
}

/** Changes with the proxy, and with whatever that has read at its start. */
export function proxyFingerprint(project: Project, { settings }: Loaded, binary: string | undefined): string {
  const start = settings.PROXY === 'traefik' ? readFileSync(join(traefikFolder(project), staticFile)) : '';
  return createHash('sha256').update(`${settings.PROXY} ${binary}`).update(start).digest('hex');
}

/** Of every file below these folders. */
export function contentHash(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap(filesBelow)) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort();
  } catch {
    return [];
  }
}
