import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { newFolder, testEnvironment } from '../../../../app/test/helpers/service.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { freePorts } from '../../render/helpers/ports.js';
import { cleanEnvironment } from '../clients/process.js';

const main = fileURLToPath(new URL('../../../../app/src/main.ts', import.meta.url));

export interface App {
  readonly port: number;
  /** What it has printed. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/** Starts the app alone, as `npm start` does, and waits until it listens or ends. @param overrides empty: not set */
export async function startApp(overrides: Readonly<Record<string, string>>): Promise<App> {
  const [port = 0] = await freePorts(1);
  const environment = { ...testEnvironment(newFolder()), LOG_LEVEL: 'info', APP_PORT: String(port) };
  const child = execa(process.execPath, ['--import', 'tsx', main], {
    all: true,
    reject: false,
    extendEnv: false,
    env: { ...cleanEnvironment, ...environment, ...overrides },
  });
  let output = '';
  child.all.on('data', (data) => {
    output += stripVTControlCharacters(String(data));
  });
  await until(
    () => child.exitCode !== null || output.includes('listening'),
    () => `the app to listen or to end; it says ${output}`,
  );
  return {
    port,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await child;
    },
  };
}
