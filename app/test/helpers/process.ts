import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../scripts/src/servers/free-port.js';
import { build } from '../../../scripts/test/commands/helpers/build.js';
import { projectRoot } from '../../src/settings/project-root.js';
import { newFolder, testEnvironment } from './service.js';
import { Target } from './target.js';
import { until, within } from './wait.js';

/** As operators run it, which also starts in a third of the time that the sources take. */
const program = join(projectRoot, 'dist/app/src/main.js');

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export { freePort };

/** The app as operators run it: `main` in a process of its own, with nothing of this one's environment. */
export class AppProcess {
  readonly child: ChildProcess;
  readonly dataDir: string;
  stdout = '';
  stderr = '';

  /** Of the sources as they are. */
  static async start(
    environment: Readonly<Record<string, string>>,
    folder = newFolder(),
  ): Promise<AppProcess> {
    await build();
    return new AppProcess(environment, folder);
  }

  private constructor(environment: Readonly<Record<string, string>>, folder: string) {
    this.dataDir = environment.DATA_DIR ?? `${folder}/data`;
    this.child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...testEnvironment(this.dataDir), LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    this.child.once('exit', () => running.delete(this.child));
    this.child.stdout?.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
  }

  /** Resolves when it listens; rejects when it gave up. */
  async listening(): Promise<void> {
    await until(
      () => this.stderr.includes('"listening"') || this.child.exitCode !== null,
      () => `the start; so far: ${this.stdout}${this.stderr}`,
      60_000,
    );
    if (this.child.exitCode !== null) throw new Error(`it gave up: ${this.stderr}`);
  }

  /** Bytes of memory in use, by Linux’ account of the process. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.child.pid}/fd`).length;
  }

  /** Sends a signal and gives the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.exited();
  }

  async exited(): Promise<number | NodeJS.Signals> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null) return exitCode;
    if (signalCode !== null) return signalCode;
    const [code, signal] = await within(once(this.child, 'close'), 'the end of the process', 30_000);
    return code ?? signal;
  }
}

/** Starts the app and waits until it listens on a free port. */
export async function startProcess(
  environment: Readonly<Record<string, string>> = {},
  ca?: string,
): Promise<{ app: AppProcess; target: Target }> {
  const port = Number(environment.APP_PORT ?? (await freePort()));
  const app = await AppProcess.start({ APP_PORT: String(port), ...environment });
  await app.listening();
  return { app, target: new Target(port, ca) };
}
