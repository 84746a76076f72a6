import { pino } from 'pino';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { ensureLocal, type LocalResult } from '../../../src/certs/ensure-local.js';
import { type Project, projectAt } from '../../../src/project.js';
import { type RenewalRecord, updateRecord } from '../../../src/renewal/record.js';
import { identify } from '../../../src/stack/process-identity.js';
import { type StackState, writeState } from '../../../src/stack/state.js';
import { WatchMetrics } from '../../../src/watch/metrics.js';
import { Watch } from '../../../src/watch/watch.js';
import { newProject } from '../../certs/helpers/project.js';
import { serve } from '../../certs/helpers/server.js';

export const minute = 60_000;
export const day = 86_400_000;
export const domains = ['example.test', '*.example.test'];

/** A project with a certificate that a real server serves, and a watch whose clock the test moves. */
export class Watched {
  readonly folder = newProject();
  readonly project: Project = projectAt(this.folder);
  readonly webhook: string;
  readonly metrics = new WatchMetrics();
  /** Lines of the watch's log. */
  readonly lines: string[] = [];
  readonly #start = Date.now();
  #elapsed = 0;
  #watch: Watch | undefined;

  private constructor(webhook: string) {
    this.webhook = webhook;
  }

  certificate!: LocalResult;
  server!: Awaited<ReturnType<typeof serve>>;

  /** @param age of the certificate, in days */
  static async start(webhook: string, age = 0): Promise<Watched> {
    const watched = new Watched(webhook);
    watched.certificate = await watched.renew(age);
    watched.server = await serve(watched.certificate.pair);
    return watched;
  }

  /** A certificate of 90 days on disk; what is served stays. Servers and OpenSSL go by the real clock. */
  renew(age = 0): Promise<LocalResult> {
    const now = new Date(this.#start - age * day);
    return ensureLocal({ folder: this.folder, domains, days: 90, force: true, now });
  }

  record(record: RenewalRecord): Promise<void> {
    return updateRecord(this.folder, 'example.test', () => record);
  }

  /** From now on a renewal runs, as far as the state tells: this very process stands for it. */
  runRenewal(): void {
    const identity = identify(process.pid);
    const processes = { renewal: { restarts: 0, ...(identity && { identity }) } };
    const startedAt = new Date(this.#start + this.#elapsed).toISOString();
    writeState(this.project, { startedAt, processes } as unknown as StackState);
  }

  /** The watch as after a restart: what it knew is gone, but for its file. */
  restart(): void {
    this.#watch = undefined;
  }

  /** Moves the clock, looks, and waits until everything is told. */
  async look(after = 0): Promise<void> {
    this.#elapsed += after;
    this.#watch ??= this.#create();
    await this.#watch.look();
    await this.#watch.told();
  }

  #create(): Watch {
    const environment = {
      DOMAIN: domains.join(),
      PROXY: 'none',
      APP_BIND: '127.0.0.1',
      APP_PORT: String(this.server.port),
      ALERT_WEBHOOK: this.webhook,
    };
    return new Watch({
      project: this.project,
      settings: loadSettings({ environment, folder: this.folder }).settings,
      metrics: this.metrics,
      log: pino({}, { write: (line: string) => void this.lines.push(line) }),
      now: () => new Date(this.#start + this.#elapsed),
      patience: 0,
      delivery: { timeout: 2_000, retries: 2, firstPause: 5 },
    });
  }
}
