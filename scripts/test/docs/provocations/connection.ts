import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { append } from '../../certs/helpers/openssl.js';
import { freePorts } from '../../render/helpers/ports.js';
import { leaf } from '../servers/certificates.js';
import type { Provocations } from './scene.js';

/** Faults on the way to the app: nothing there, or not what the client takes it for. */
export const connection: Provocations = {
  'nothing-listens': async (bench) => {
    const stack = await bench.stack();
    await stack.sh('make down');
    const target = stack.target('wss://127.0.0.1:8443/ws');
    return {
      target,
      said: { 'make status': () => stack.output('make status') },
      cure: async (fix) => {
        await stack.sh(fix('make up'));
        return target;
      },
    };
  },

  'packets-dropped': async (bench) => {
    const script = fileURLToPath(new URL('../servers/full-queue.py', import.meta.url));
    const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    bench.later(async () => {
      child.stdin.end();
      await once(child, 'exit');
    });
    const [port] = await once(child.stdout, 'data');
    return { target: { url: `ws://127.0.0.1:${String(port).trim()}/ws`, patience: 1_000 } };
  },

  'port-in-use': async (bench) => {
    const stack = await bench.stack();
    await stack.sh('make down');
    const server = createServer().listen(Number(stack.here('8443')));
    await once(server, 'listening');
    bench.later(async () => server.close());
    return {
      said: { 'make up': () => stack.output('make up') },
      cure: async (fix) => {
        const [port = 0] = await freePorts(1);
        await stack.sh(fix('make up').replace('8444', String(port)));
        return undefined;
      },
    };
  },

  'secret-missing': async (bench) => ({
    said: { 'npm start': () => bench.startLines({ JWT_SECRET_KEY: '' }) },
  }),

  'wss-to-plain-port': async (bench) => {
    const stack = await bench.stack();
    return {
      target: stack.target('wss://localhost:5000/ws'),
      cure: async () => stack.target('wss://localhost:8443/ws'),
    };
  },

  'ws-to-tls-port': async (bench) => {
    const stack = await bench.stack();
    return {
      target: stack.target('ws://localhost:8443/ws'),
      cure: async () => stack.target('wss://localhost:8443/ws'),
    };
  },

  'ws-to-direct-tls': async (bench) => {
    const stack = await bench.stack('PROXY=none');
    return {
      target: stack.target('ws://localhost:5000/ws'),
      cure: async () => stack.target('wss://localhost:5000/ws'),
    };
  },

  'ws-to-http-port': async (bench) => {
    const stack = await bench.stack();
    return {
      target: stack.target('ws://localhost:8080/ws'),
      cure: async () => stack.target('wss://localhost:8443/ws'),
    };
  },

  'unknown-host': async (bench) => {
    const stack = await bench.stack('TLS=off');
    const target = stack.target('ws://127.0.0.2:8080/ws');
    return {
      target,
      cure: async (fix) => {
        await stack.sh(`${fix('make up').replace('192.168.1.20', '127.0.0.2')} TLS=off`);
        return target;
      },
    };
  },

  'unknown-server-name': async (bench) => {
    const folder = bench.folder();
    const { ca, cert, key } = leaf(folder, { names: 'DNS:localhost,DNS:hermes.test' });
    append(cert, ca);
    const files = `TLS=files SSL_CERTFILE=${cert} SSL_KEYFILE=${key}`;
    const stack = await bench.stack(files);
    const target = stack.target('wss://hermes.test:8443/ws', { ca, at: '127.0.0.1' });
    return {
      target,
      cure: async (fix) => {
        await stack.sh(`${fix('make up').replace('ws.example.com', 'hermes.test')} ${files}`);
        return target;
      },
    };
  },
};
