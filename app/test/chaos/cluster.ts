import { AppProcess, freePort } from '../helpers/process.js';
import { startMongod } from '../helpers/servers/mongod.js';
import { startMosquitto } from '../helpers/servers/mosquitto.js';
import { startRedis } from '../helpers/servers/redis.js';
import { until } from '../helpers/wait.js';
import { type Balancer, startBalancer } from './nginx.js';

const instances = 3;
/** Milliseconds that a start may take beside a full load. */
const patience = 90_000;

/** Three instances of the app behind nginx, and what they share: Redis, MongoDB and an MQTT broker, all real. */
export class Cluster {
  readonly redis;
  readonly mongod;
  readonly broker;
  readonly balancer: Balancer;
  readonly #ports: readonly number[];
  readonly #apps: AppProcess[];

  private constructor(parts: Backends, ports: readonly number[], apps: AppProcess[], balancer: Balancer) {
    this.redis = parts.redis;
    this.mongod = parts.mongod;
    this.broker = parts.broker;
    this.balancer = balancer;
    this.#ports = ports;
    this.#apps = apps;
  }

  static async start(): Promise<Cluster> {
    const parts = await startBackends();
    const ports = await Promise.all(Array.from({ length: instances }, () => freePort()));
    const apps = await Promise.all(ports.map((port) => startApp(port, parts)));
    await Promise.all(apps.map(listening));
    return new Cluster(parts, ports, apps, await startBalancer(ports));
  }

  /** Ends one instance, starts another in its place, and gives how the first one ended. */
  async replace(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals> {
    const [port, app] = [this.#ports[index], this.#apps[index]];
    if (port === undefined || app === undefined) throw new Error(`there is no instance ${index}`);
    const how = await app.end(signal);
    const next = await startApp(port, this);
    this.#apps[index] = next;
    await listening(next);
    return how;
  }

  /** The last lines that each instance has logged. */
  get logs(): string {
    return this.#apps.map(({ stderr }) => stderr.slice(-4_000)).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.end('SIGTERM')));
    await Promise.all([this.balancer, this.redis, this.mongod, this.broker].map((part) => part.stop()));
  }
}

type Backends = Awaited<ReturnType<typeof startBackends>>;

async function startBackends() {
  const [redis, mongod, broker] = await Promise.all([
    startRedis({ args: ['--appendfsync', 'always'] }),
    startMongod(),
    startMosquitto(),
  ]);
  return { redis, mongod, broker };
}

function startApp(port: number, { redis, mongod, broker }: Backends): Promise<AppProcess> {
  const environment = {
    APP_PORT: String(port),
    BUS_URL: redis.url,
    MONGO_URI: `${mongod.url}/hermes`,
    MQTT_URL: broker.url,
    MQTT_CLIENT_ID: `hermes-${port}`,
    DRAIN_SECONDS: '3',
  };
  return AppProcess.start(environment);
}

async function listening(app: AppProcess): Promise<void> {
  const begun = () => app.stderr.includes('"listening"') || app.child.exitCode !== null;
  await until(begun, () => `an instance; so far: ${app.stderr}`, patience);
  await app.listening();
}
