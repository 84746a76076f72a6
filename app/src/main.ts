import cluster from 'node:cluster';
import { HermesError, messageOf } from './errors.js';
import { createLogger, type Logger } from './log.js';
import { sharesBus } from './redis/address.js';
import { createService, socketPathOf } from './service.js';
import { loadSettings } from './settings/load.js';
import type { Settings } from './settings/table.js';
import { startLines } from './tls/start-lines.js';
import { clearSocket } from './unix-socket.js';
import { joinSiblings } from './workers/member.js';
import { Primary } from './workers/primary.js';
import { shareOf, workerCount } from './workers/share.js';

try {
  const { settings, warnings } = loadSettings();
  const log = createLogger(settings.LOG_LEVEL);
  const count = workerCount(settings.WORKERS, sharesBus(settings));
  if (cluster.isPrimary) for (const warning of warnings) log.warn(warning);
  const path = socketPathOf(settings);
  // What workers share is made by the first process.
  if (path && cluster.isPrimary) await clearSocket(path);
  if (count === 1) await serve(settings, log);
  else if (cluster.isPrimary) await lead(count, log);
  else await serveAsOneOf(count, settings, log);
} catch (error) {
  process.stderr.write(`${error instanceof HermesError ? error.toText() : messageOf(error)}\n`);
  process.exitCode = 1;
  // A worker would live on with its channel.
  if (cluster.isWorker) process.disconnect?.();
}

async function serve(settings: Settings, log: Logger): Promise<void> {
  const service = await createService(settings, log);
  // Signals first: a renewal that says SIGHUP must not end an instance that has just begun to listen.
  onSignals(log, service.stop, {
    SIGHUP: () => service.reload(),
    SIGUSR2: () => service.sendAway(),
  });
  const { port } = await service.listen();
  announce(log, port, startLines(service.transport));
}

async function serveAsOneOf(count: number, settings: Settings, log: Logger): Promise<void> {
  const siblings = joinSiblings();
  // Its number is its one argument.
  const own = shareOf(settings, Number(process.argv[2]), count);
  const service = await createService(own, log, siblings);
  process.on('SIGHUP', () => service.reload()).on('SIGUSR2', () => service.sendAway());
  // A terminal sends SIGINT to all of its processes; the first one says when to stop.
  process.on('SIGINT', () => {}).once('SIGTERM', () => void service.stop().then(() => process.exit(0)));
  const { port } = await service.listen();
  siblings.listening(port, startLines(service.transport));
}

async function lead(count: number, log: Logger): Promise<void> {
  const primary = new Primary(count, log);
  onSignals(log, () => primary.stop(), {
    SIGHUP: () => primary.pass('SIGHUP'),
    SIGUSR2: () => primary.pass('SIGUSR2'),
  });
  const begun = await primary.start();
  if (begun) announce(log, begun.port, begun.lines, count);
  else process.exit(1);
}

type Told = 'SIGHUP' | 'SIGUSR2';

function onSignals(log: Logger, end: () => Promise<void>, told: Record<Told, () => void>): void {
  process.on('SIGHUP', told.SIGHUP);
  process.on('SIGUSR2', () => {
    log.info({ signal: 'SIGUSR2' }, 'sending open sockets away');
    told.SIGUSR2();
  });
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping');
    await end();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function announce(log: Logger, port: number, lines: readonly string[], workers?: number): void {
  process.stdout.write(`${lines.join('\n')}\n`);
  log.info({ port, ...(workers && { workers }) }, 'listening');
}
