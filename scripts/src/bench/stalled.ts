import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { App } from './app.js';
import type { Benchmark } from './benchmark.js';
import { median, percentile } from './statistics.js';

const clients = 50;
/** Of one device and tenant, which the stalled clients follow as well. */
const perSecond = 100;
const forms = { short: { rounds: 2, seconds: 3 }, long: { rounds: 4, seconds: 5 } };
/** What fills every buffer on the way to a client that does not read: 16 requests of 28 messages of 32 KiB. */
const filling = { requests: 16, messages: 28, bytes: 32_768 };

export const stalled: Benchmark = {
  question: 'Does a client that does not read delay the others?',
  tools: [],
  onlyAsked: true,
  run: async ({ long, say }) => {
    const { rounds, seconds } = forms[long ? 'long' : 'short'];
    // The stalled clients are not closed: what waits for them stays in the app.
    const app = await App.start({ SLOW_CONSUMER_KB: '65536' });
    try {
      await app.publish([uplink()]);
      const latencies: number[] = [];
      const healthy = await Promise.all(
        Array.from({ length: clients }, (_, n) => follow(app, n % 2 ? '/ws/device/d1' : '/ws/tenant/t1')),
      );
      for (const socket of healthy) {
        socket.on('message', (data) => latencies.push(now() - JSON.parse(String(data)).payload.sent));
      }
      const alone: number[] = [];
      const beside: number[] = [];
      await round(app, latencies, seconds);
      // In turns, so that whatever else the machine does falls on both alike.
      for (let n = 0; n < rounds; n += 1) {
        say(`round ${n + 1} of ${rounds}`);
        alone.push(await round(app, latencies, seconds));
        const paused = await Promise.all(['/ws/device/d1', '/ws/tenant/t1'].map((path) => follow(app, path)));
        for (const socket of paused) socket.pause();
        await fill(app);
        beside.push(await round(app, latencies, seconds));
        if (paused.some(({ readyState }) => readyState !== WebSocket.OPEN))
          throw new Error('closed too early');
        for (const socket of paused) socket.terminate();
      }
      for (const socket of healthy) socket.terminate();
      const [without, withThem] = [median(alone), median(beside)];
      return {
        measures: [
          { what: 'p99 without', value: `${without.toFixed(1)} ms` },
          { what: 'p99 beside two stalled clients', value: `${withThem.toFixed(1)} ms` },
          { what: 'ratio', value: `${(withThem / without).toFixed(2)} ×`, aim: '≤ 2' },
        ],
      };
    } finally {
      await app.stop();
    }
  },
};

const now = () => performance.timeOrigin + performance.now();

const uplink = (bytes = 0) => ({
  tenant_id: 't1',
  dev_eui: 'd1',
  payload: { sent: now(), filler: 'x'.repeat(bytes) },
});

async function fill(app: App): Promise<void> {
  for (let n = 0; n < filling.requests; n += 1) {
    await app.publish(Array.from({ length: filling.messages }, () => uplink(filling.bytes)));
  }
}

async function follow(app: App, path: string): Promise<WebSocket> {
  const socket = new WebSocket(app.channel(path, 't1'), { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Publishes at a steady rate. @returns p99 from a message's publication to its arrival, in milliseconds */
async function round(app: App, latencies: number[], seconds: number): Promise<number> {
  // What came before has arrived at everybody once its number no longer grows.
  for (let before = -1; before !== latencies.length; await delay(200)) before = latencies.length;
  latencies.length = 0;
  const count = perSecond * seconds;
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    await delay(Math.max(0, start + (sent.length / perSecond) * 1_000 - performance.now()));
    sent.push(app.publish([uplink()]));
  }
  await Promise.all(sent);
  const late = performance.now() + 10_000;
  while (latencies.length < count * clients && performance.now() < late) await delay(10);
  if (latencies.length !== count * clients) throw new Error(`${latencies.length} arrived`);
  return percentile(latencies, 99);
}
