import { HermesError, messageOf } from './errors.js';
import { createLogger } from './log.js';
import { createService } from './service.js';
import { loadSettings } from './settings/load.js';
import { startLines } from './tls/start-lines.js';

try {
  const { settings, warnings } = loadSettings();
  const log = createLogger(settings.LOG_LEVEL);
  for (const warning of warnings) log.warn(warning);
  const service = await createService(settings, log);
  // Signals first: a renewal that says SIGHUP must not end an instance that has just begun to listen.
  process.on('SIGHUP', () => service.reload());
  process.on('SIGUSR2', () => {
    log.info({ signal: 'SIGUSR2' }, 'sending open sockets away');
    service.sendAway();
  });
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping');
    await service.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const { port } = await service.listen();
  process.stdout.write(`${startLines(service.transport).join('\n')}\n`);
  log.info({ port }, 'listening');
} catch (error) {
  process.stderr.write(`${error instanceof HermesError ? error.toText() : messageOf(error)}\n`);
  process.exitCode = 1;
}
