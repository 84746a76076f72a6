import { join } from 'node:path';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Logger } from '../../../app/src/log.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Inside } from '../containers/seen-from-inside.js';
import type { Project } from '../project.js';
import { readAlarms, writeAlarms } from './alarm-file.js';
import { type AlarmState, type Due, dueNotices } from './alarms.js';
import type { WatchMetrics } from './metrics.js';
import { type Observation, observe } from './observation.js';
import { type DeliveryLimits, postNotice } from './webhook.js';

export interface WatchOptions {
  readonly project: Project;
  readonly settings: Settings;
  readonly metrics: WatchMetrics;
  readonly log: Logger;
  readonly now?: () => Date;
  /** Milliseconds for the server to take up a certificate that was just swapped. */
  readonly patience?: number;
  readonly delivery?: DeliveryLimits;
  /** The stack as a container of it sees it; absent on the host. */
  readonly inside?: Inside | undefined;
}

/** Compares wire and disk, shows what was found, and tells what an operator has to know. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #file: string;
  /** What was told, kept in the file over restarts. */
  #state: AlarmState;
  #pending: ReadonlyMap<string, Date> = new Map();
  #telling: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#file = join(options.project.run, 'alarms.json');
    this.#state = readAlarms(this.#file);
  }

  /** One look. What is to be told is told meanwhile: a webhook that is slow delays no look. */
  async look(): Promise<Observation> {
    const { project, settings, metrics, now = () => new Date(), patience = 2_000, inside } = this.#options;
    const observation = await observe(project, settings, { now, patience, inside });
    metrics.show(observation);
    const { due, pending } = dueNotices(observation, this.#state, this.#pending);
    this.#pending = pending;
    // What is not told by now is due again at the next look.
    this.#telling ??= this.#tell(due).finally(() => {
      this.#telling = undefined;
    });
    return observation;
  }

  /** Settles when nothing is being told. */
  async told(): Promise<void> {
    await this.#telling;
  }

  async #tell(due: readonly Due[]): Promise<void> {
    const { settings, log, delivery } = this.#options;
    for (const { notice, after } of due) {
      try {
        if (settings.ALERT_WEBHOOK) await postNotice(settings.ALERT_WEBHOOK, notice, delivery);
        const { event, name, detail, summary } = notice;
        log[notice.severity === 'info' ? 'info' : 'warn']({ event, name, detail }, summary);
        this.#state = after(this.#state);
        await writeAlarms(this.#file, this.#state);
      } catch (error) {
        log.error(error instanceof HermesError ? error.toText().replace(/\n\s*/, ' ') : messageOf(error));
      }
    }
  }
}
