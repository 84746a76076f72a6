import { loadSettings } from '../../../app/src/settings/load.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import { TraefikLog } from '../acme/traefik/log.js';
import { bookFailures, hasNewer } from '../acme/traefik/own-renewals.js';
import type { Project } from '../project.js';
import { inEffect } from '../stack/in-effect.js';
import { isBusy } from '../stack/lock.js';
import { traefikLog } from '../stack/native-layout.js';
import { renewNow } from './renew.js';

/**
 * Follows a Traefik that gets its certificates itself (ACME_CLIENT=traefik): what it renewed is put where everybody
 * else looks, and what failed is told and counted. Another ACME client leaves nothing to do here.
 */
export class TraefikWatch {
  readonly #project: Project;
  readonly #say: (line: string) => void;
  readonly #signal: AbortSignal;
  #log: TraefikLog | undefined;

  constructor(project: Project, say: (line: string) => void, signal: AbortSignal) {
    this.#project = project;
    this.#say = say;
    this.#signal = signal;
  }

  async look(): Promise<void> {
    if (process.env.ACME_CLIENT !== 'traefik') return;
    const { settings, running } = inEffect(
      this.#project,
      loadSettings({ folder: this.#project.root }).settings,
    );
    if (!isTraefikClient(settings) || !running) return;
    for (const line of await this.#failures(settings)) this.#say(line);
    // Whoever is at it now takes it over himself.
    if (isBusy(this.#project) || !(await hasNewer(this.#project.root, settings))) return;
    const { outcome } = await renewNow(this.#project, settings, running, { signal: this.#signal });
    this.#say(outcome);
  }

  async #failures(settings: Settings): Promise<string[]> {
    this.#log ??= await TraefikLog.from(traefikLog(this.#project));
    return bookFailures(this.#project.root, settings, this.#log);
  }
}
