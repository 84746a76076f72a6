import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/log.js';
import { createService, type Service } from '../../src/service.js';
import { loadSettings } from '../../src/settings/load.js';

export const apiKey = 'integration-test-key';
export const jwtSecret = 'integration-test-secret';

export interface RunningService {
  readonly service: Service;
  readonly port: number;
  /** `http://127.0.0.1:port`, or `https://localhost:port` with direct TLS. */
  readonly url: string;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** Starts a real service on a free port with an empty data folder; `overrides` are settings as in the environment. */
export async function startService(overrides: Record<string, string> = {}): Promise<RunningService> {
  const dataDir = overrides.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'hermes-test-'));
  const { settings } = loadSettings({
    folder: dataDir,
    environment: {
      APP_BIND: '127.0.0.1',
      PROXY: 'none',
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'silent',
      JWT_SECRET_KEY: jwtSecret,
      SERVICE_API_KEY: apiKey,
      DATA_DIR: dataDir,
      ...overrides,
    },
  });
  const service = await createService({ ...settings, APP_PORT: 0 }, createLogger(settings.LOG_LEVEL));
  const { port } = await service.listen();
  return {
    service,
    port,
    url: service.transport.kind === 'wss' ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    dataDir,
    stop: async () => {
      await service.stop();
      if (!overrides.DATA_DIR) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
