import { App } from './app.js';
import type { Addressing, Running } from './peers.js';

/** A message in the app's own shape, with names as short as can be: small frames are mostly shape. */
const message = '{"tenant_id":"t","dev_eui":"d{n}","payload":{"m":"{mark}{pad}"}}';

export interface HermesOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly addressing?: Addressing;
  readonly cores?: number;
}

export interface RunningHermes extends Running {
  readonly app: App;
  /** Of the channel that subscribers open. */
  readonly path: string;
}

/** The app as a target, on the servers' core; with its embedded bus and store, unless the settings say otherwise. */
export async function startHermes({
  settings = {},
  addressing = 'broadcast',
  cores = 1,
}: HermesOptions = {}): Promise<RunningHermes> {
  const app = await App.start(settings, cores);
  const path = app.anyChannel(addressing === 'unicast' ? '/ws/device/d{n}' : '/ws/tenant/t');
  return {
    app,
    path,
    port: app.port,
    target: {
      url: `ws://127.0.0.1:${app.port}${path}`,
      publish: `http://127.0.0.1:${app.port}/messages`,
      publishHeader: app.keyHeader,
      body: message,
      server: app.pid,
    },
    stop: () => app.stop(),
  };
}
