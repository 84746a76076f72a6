#!/usr/bin/env node
/*
 * Follows a channel of Monitor Hermes: comes back by itself, and misses nothing on the way.
 *
 *     npm install ws@8
 *     HERMES_TOKEN=<JWT> HERMES_CA=certs/ca/ca.pem node hermes-client.mjs
 *
 * Frames go to standard output, one JSON text a line; everything else goes to standard error.
 *
 *     HERMES_URL         the channel; default wss://localhost:8443/ws
 *     HERMES_TOKEN_FILE  file that holds the token; read again whenever one is needed, so it can be replaced
 *     HERMES_TOKEN       the token itself, where there is no such file
 *     HERMES_CA          CA file to trust, instead of Node's list (NODE_EXTRA_CA_CERTS adds to that list)
 *     HERMES_SINCE       id to resume after; 0 is all that the history holds
 *
 * In a program of your own, import `follow`.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createWebSocketStream, WebSocket } from 'ws';

const firstCeiling = 1_000; // ms that the first wait takes at most; doubled with each attempt that fails
const lastCeiling = 30_000; // ms that any wait takes at most
const settled = 10_000; // ms that a connection must last before the next loss counts as the first again
const silence = 60_000; // ms with no frame and no ping after which the line is dead; the server pings every 25 s

const newToken = [401, 1008];
const ourFault = [400, 403, 404, 1002, 1003, 1007, 1009]; // the same again would end the same way

/** Trying again is of no use before something changes; the message says what. */
export class Stopped extends Error {}

/**
 * Yields the frames of a channel for ever; a frame counts as dealt with when the next one is asked for.
 * `getToken` is called before every attempt. After a refusal it has to give another token than before.
 * Aborting `signal` closes the connection in the ordinary way and ends the loop.
 * Throws Stopped.
 */
export async function* follow({ url, getToken, ca, since, signal }) {
  let attempt = 0;
  let refused;
  for (;;) {
    const token = await getToken();
    if (signal?.aborted) return;
    if (token === refused) throw new Stopped('this token was refused, and there is no newer one');
    const connection = open(withSince(url, since), { ca, headers: { Authorization: `Bearer ${token}` } });
    const close = () => connection.socket.close(1000);
    signal?.addEventListener('abort', close);
    try {
      for await (const text of connection.frames) {
        const frame = JSON.parse(text);
        yield frame;
        // Only now: were the id kept before, a frame could be lost in between.
        since = frame.id ?? since;
      }
    } catch (error) {
      if (error !== connection.frames.errored) throw error;
    } finally {
      signal?.removeEventListener('abort', close);
      close();
    }
    const { code, reason, retryAfter = 0, untrusted, openedAt } = await connection.end;
    if (signal?.aborted) return;
    if (untrusted) throw new Stopped(`the certificate of the server is not trusted: ${reason}`);
    if (ourFault.includes(code)) throw new Stopped(`${code} ${reason}`);
    if (newToken.includes(code)) refused = token;
    if (performance.now() - openedAt >= settled) attempt = 0;
    const wait = retryAfter + Math.random() * Math.min(lastCeiling, firstCeiling * 2 ** attempt);
    attempt += 1;
    report(
      `${code ?? 'no connection'}: ${reason || 'no reason given'}; next attempt in ${(wait / 1_000).toFixed(1)} s`,
    );
    await sleep(wait, undefined, { signal }).catch(() => {});
  }
}

/** Begins a handshake. `frames` is a stream of texts; `end` resolves with why there are no more. */
function open(url, options) {
  const socket = new WebSocket(url, { handshakeTimeout: 10_000, perMessageDeflate: false, ...options });
  // A stream, so that no more is read from the network while a frame is being dealt with.
  const frames = createWebSocketStream(socket, { readableObjectMode: true });
  const end = new Promise((resolve) => {
    let why = {};
    let watchdog;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.terminate(), silence);
    };
    socket.on('open', () => {
      why = { openedAt: performance.now() };
      report('connected');
      alive();
    });
    socket.on('ping', alive).on('message', alive);
    socket.on('unexpected-response', async (_request, response) => {
      why = await readRefusal(response);
      socket.terminate();
    });
    socket.on('error', (error) => {
      const untrusted = /CERT|ISSUER|SIGNATURE/.test(error.code ?? '');
      why = { reason: error.message || error.code, untrusted, ...why };
    });
    socket.on('close', (code, reason) => {
      clearTimeout(watchdog);
      resolve(why.openedAt === undefined ? why : { ...why, code, reason: String(reason) || why.reason });
    });
  });
  return { socket, frames, end };
}

function withSince(url, since) {
  const result = new URL(url);
  if (since) result.searchParams.set('since', since);
  return result;
}

/** Status, reason and milliseconds to wait of a handshake that was refused with JSON `{"error","hint"}`. */
async function readRefusal(response) {
  const { statusCode: code, statusMessage, headers } = response;
  let reason = statusMessage; // for a proxy's own page
  try {
    const { error, hint } = JSON.parse(Buffer.concat(await response.toArray()).toString());
    if (error) reason = `${error} (${hint})`;
  } catch {}
  return { code, reason, retryAfter: 1_000 * (Number(headers['retry-after']) || 0) };
}

function report(line) {
  console.error(`hermes: ${line}`);
}

/** Put a call to your identity service here, if you have one. */
async function tokenFromEnvironment() {
  const { HERMES_TOKEN_FILE: file, HERMES_TOKEN } = process.env;
  const token = file ? (await readFile(file, 'utf8')).trim() : HERMES_TOKEN;
  if (!token) throw new Stopped('there is no token: set HERMES_TOKEN_FILE or HERMES_TOKEN');
  return token;
}

async function main() {
  const { HERMES_URL: url = 'wss://localhost:8443/ws', HERMES_CA, HERMES_SINCE: since } = process.env;
  process.stdout.on('error', () => process.exit()); // the reader of a pipe has gone
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort()).once('SIGINT', () => stop.abort());
  const ca = HERMES_CA ? readFileSync(HERMES_CA) : undefined;
  for await (const frame of follow({ url, getToken: tokenFromEnvironment, ca, since, signal: stop.signal })) {
    if (frame.type === 'gap') report(`messages are missing: the history begins at ${frame.oldest}`);
    console.log(JSON.stringify(frame));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    report(error.message);
    process.exitCode = 1;
  });
}
