import { newFolder } from '../../../scripts/src/servers/temporary-folder.js';
import { createLogger } from '../../src/log.js';
import { createService, type Service } from '../../src/service.js';
import { loadSettings } from '../../src/settings/load.js';
import { apiKey, Target } from './target.js';
import { jwtSecret } from './tokens.js';

export { newFolder };

/** A service in this process. */
export class RunningService extends Target {
  readonly service: Service;
  readonly dataDir: string;

  constructor(service: Service, port: number, dataDir: string, ca?: string) {
    super(port, ca);
    this.service = service;
    this.dataDir = dataDir;
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }
}

/** Settings of a service under test, as in the environment. */
export function testEnvironment(dataDir: string): Record<string, string> {
  return {
    APP_BIND: '127.0.0.1',
    PROXY: 'none',
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'silent',
    JWT_SECRET_KEY: jwtSecret,
    SERVICE_API_KEY: apiKey,
    DATA_DIR: dataDir,
  };
}

/**
 * Starts a real service on a free port with an empty data folder.
 * @param overrides settings as in the environment
 * @param ca certificates that its clients trust, with direct TLS
 */
export async function startService(
  overrides: Record<string, string> = {},
  ca?: string,
): Promise<RunningService> {
  const dataDir = overrides.DATA_DIR ?? newFolder();
  const { settings } = loadSettings({
    folder: dataDir,
    environment: { ...testEnvironment(dataDir), ...overrides },
  });
  const service = await createService({ ...settings, APP_PORT: 0 }, createLogger(settings.LOG_LEVEL));
  const { port } = await service.listen();
  return new RunningService(service, port, dataDir, ca);
}
