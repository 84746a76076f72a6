import { readFileSync } from 'node:fs';
import { Publisher } from '../test/helpers/stack/publisher.js';
import type { Stack } from '../test/helpers/stack/stack.js';
import { Console } from './helpers/console.js';
import { expect, test } from './helpers/test.js';
import { detailsOf, type Only } from './ways.js';

interface Fault {
  /** What happens while a browser is connected and messages come in. */
  readonly name: string;
  strike(stack: Stack): Promise<void>;
  /** What the console's log says of the socket. */
  readonly says: string;
  readonly only?: Only;
}

const lost = '1006 Connection lost';
const ofTraefik: Only = { on: 'traefik', because: 'it is about the process of Traefik' };
const ofNginx: Only = { on: 'nginx', because: 'it is about processes of nginx' };

const faults: readonly Fault[] = [
  { name: 'the app is killed', strike: async (stack) => kill(await stack.pid('app')), says: lost },
  {
    name: 'the workers of nginx are killed',
    strike: async (stack) => {
      const master = await stack.pid('nginx');
      const workers = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
      workers.map(Number).forEach(kill);
    },
    says: lost,
    only: ofNginx,
  },
  {
    name: 'the master of nginx is killed',
    strike: async (stack) => kill(await stack.pid('nginx')),
    says: lost,
    only: ofNginx,
  },
  {
    name: 'Traefik is killed',
    strike: async (stack) => kill(await stack.pid('traefik')),
    says: lost,
    only: ofTraefik,
  },
  {
    name: 'the stack is stopped and started by its operator',
    strike: async (stack) => {
      for (const verb of ['down', 'up']) expect((await stack.hermes(verb)).exitCode).toBe(0);
    },
    says: '1012 Service restart: the server restarts; connect again',
  },
];

/** Milliseconds for a browser to come back: the restart, and a few of its waits, which are random. */
const comeback = 60_000;

for (const { name, strike, says, only } of faults) {
  test(
    `when ${name}, the browser comes back by itself: nothing is lost, nothing comes twice`,
    detailsOf(only),
    async ({ page, stack }) => {
      const { claims, tenant, device } = stack.newcomer();
      const shown = await Console.visit(page, { token: stack.token(claims), channel: '/ws' });
      await shown.expectOpen();
      const publisher = new Publisher(stack, { tenant_id: tenant, dev_eui: device });
      await publisher.reached(20);
      await strike(stack);
      await shown.expectReopened(comeback);
      await expect(shown.log.getByText(says, { exact: true })).toHaveCount(1);
      await publisher.afterwards(20);
      await shown.expectMessages((await publisher.stop()).reverse());
    },
  );
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}
