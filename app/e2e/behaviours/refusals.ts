import { expect } from '@playwright/test';
import { upgrade } from '../../test/helpers/answer.js';
import type { Behaviour } from '../behaviour.js';
import { PageSocket } from '../helpers/page-socket.js';
import type { Stack } from '../helpers/stack.js';

interface Refusal {
  readonly name: string;
  readonly path?: string;
  readonly headers: (stack: Stack) => Record<string, string>;
  readonly status: number;
  readonly error: string;
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const member = (stack: Stack) => bearer(stack.token(stack.newcomer().claims));

const handshakes: readonly Refusal[] = [
  { name: 'without a token', headers: () => ({}), status: 401, error: 'token missing' },
  {
    name: 'with a token of another secret',
    headers: (stack) => bearer(stack.token(stack.newcomer().claims, { secret: 'of another installation' })),
    status: 401,
    error: 'the token was refused: its signature does not match JWT_SECRET_KEY',
  },
  {
    name: 'for the tenant of others',
    path: '/ws/tenant/of-others',
    headers: member,
    status: 403,
    error: 'the token does not belong to this tenant',
  },
  {
    name: 'for a device that is not known',
    path: '/ws/device/unknown',
    headers: member,
    status: 403,
    error: 'the device is unknown, or it belongs to another tenant',
  },
  {
    name: 'from a foreign origin',
    headers: (stack) => ({ ...member(stack), Origin: 'https://elsewhere.example' }),
    status: 403,
    error: 'origin https://elsewhere.example is not allowed',
  },
  {
    name: 'on a channel that does not exist',
    path: '/ws/elsewhere',
    headers: member,
    status: 404,
    error: 'unknown channel',
  },
];

export const refusals: readonly Behaviour[] = [
  ...handshakes.map(
    ({ name, path = '/ws', headers, status, error }): Behaviour => ({
      name: `a handshake ${name} is refused before the upgrade: ${status}, as JSON`,
      run: async ({ stack }) => {
        const answer = await stack.request(path, { headers: { ...upgrade, ...headers(stack) } });
        expect(answer.status).toBe(status);
        expect(answer.headers['content-type']).toContain('application/json');
        expect(answer.json).toEqual({ error, hint: expect.stringMatching(/.{10}/) });
      },
    }),
  ),
  {
    name: 'the same handshake with a good token is upgraded',
    run: async ({ stack }) => {
      const answer = await stack.request('/ws', { headers: { ...upgrade, ...member(stack) } });
      expect(answer.status).toBe(101);
    },
  },
  {
    name: 'a page of another origin gets no WebSocket, although its token is good',
    run: async ({ page, stack }) => {
      const url = `${stack.socketUrl}/ws?token=${stack.token(stack.newcomer().claims)}`;
      const complaint = page.waitForEvent('console', (message) => message.type() === 'error');
      // The certificate covers the address too, and to a browser it is another origin than the name.
      await page.goto(stack.pageUrl.replace('localhost', '127.0.0.1'));
      expect(await (await PageSocket.open(page, url)).opened()).toBe(false);
      expect((await complaint).text()).toContain('Unexpected response code: 403');
      await page.goto('/');
      expect(await (await PageSocket.open(page, url)).opened()).toBe(true);
    },
  },
  {
    name: 'services need the key',
    run: async ({ stack }) => {
      for (const key of ['', 'wrong']) {
        const answer = await stack.request('/messages', {
          method: 'POST',
          headers: { 'X-API-Key': key },
          body: '{}',
        });
        expect(answer.status).toBe(403);
        expect(answer.json).toEqual({ detail: 'Invalid or missing API Key' });
      }
    },
  },
];
