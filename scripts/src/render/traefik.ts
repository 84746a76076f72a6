import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { renderFiles } from './template.js';
import { deriveTraefik } from './traefik-derive.js';
import type { TraefikPlace } from './traefik-place.js';
import { planTraefik, staticFile } from './traefik-plan.js';

/**
 * Writes Traefik's configuration into a folder; its main file is `traefik.yaml`.
 * @param folder absent: the one that the configuration itself names
 * @returns the files that changed, relative to the folder
 */
export function renderTraefik(
  settings: Settings,
  place: TraefikPlace,
  folder: string = place.folder,
): string[] {
  return renderFiles({
    from: join(projectRoot, 'traefik'),
    to: folder,
    files: planTraefik(settings, place),
    values: deriveTraefik(settings, place),
  });
}

/** Arguments that start Traefik in the foreground. */
export function traefikArguments(folder: string): string[] {
  return [`--configFile=${join(folder, staticFile)}`];
}
