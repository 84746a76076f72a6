import { withWindow } from '../clients/chromium.js';
import type { Target } from '../clients/client.js';
import { httpUrl } from '../clients/tools.js';
import type { Provocations } from './scene.js';

const origin = 'https://app.example.com';

/** What a browser refuses a page. */
export const pages: Provocations = {
  'ws-from-https': async (bench) => {
    const stack = await bench.stack();
    const secure = stack.target('wss://localhost:8443/ws');
    return {
      target: { url: stack.here('ws://ws.test:8080/ws'), origin },
      cure: async (fix) => {
        const outcome = await runInPage(secure, fix('new WebSocket'));
        if (outcome !== 'open') throw new Error(outcome);
        return secure;
      },
    };
  },

  'wss-from-page': async (bench) => {
    const stack = await bench.stack();
    const { ca, ...target } = stack.target('wss://localhost:8443/ws');
    return { target, cure: async () => ({ ...target, ...(ca && { ca }) }) };
  },

  'local-network': async (bench) => {
    const stack = await bench.stack(`ALLOWED_ORIGINS=${origin}`);
    const target = stack.target('wss://localhost:8443/ws', { origin });
    return { target: { ...target, unpermitted: true }, cure: async () => target };
  },

  'content-security-policy': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws', { origin });
    return {
      target: { ...target, policy: "default-src 'self'" },
      cure: async (fix) => {
        await stack.sh(`make up ALLOWED_ORIGINS=${origin}`);
        return { ...target, policy: stack.here(fix('connect-src')).replace('ws.example.com', 'localhost') };
      },
    };
  },
};

/** Runs an expression that makes a socket in a page of the server, which knows `token`. */
function runInPage(target: Target, expression: string): Promise<string> {
  return withWindow(target.ca, async (window) => {
    const page = await window.newPage();
    await page.goto(new URL('/', httpUrl(target)).href);
    return page.evaluate<string>(`new Promise((resolve) => {
      const token = ${JSON.stringify(target.token)};
      const socket = ${expression};
      socket.onopen = () => resolve('open');
      socket.onclose = ({ code }) => resolve('closed: ' + code);
    })`);
  });
}
