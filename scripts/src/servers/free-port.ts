import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below the ports that systems hand out to outgoing connections, so that none of those takes one meanwhile. */
const range = [20_000, 32_000] as const;

/** A file for each port that a process has been given: until it listens there, others would take it for free. */
const folder = join(tmpdir(), `hermes-ports-${process.getuid?.() ?? ''}`);
const given: string[] = [];

/** A port that nothing listens on, and that no other process gets from here while this one runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...range);
    if (reserve(port) && (await isFree(port))) return port;
  }
}

function reserve(port: number): boolean {
  if (given.length === 0)
    process.once('exit', () => given.forEach((path) => void rmSync(path, { force: true })));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, String(port));
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    given.push(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Whoever ended without taking its file away needs the port no more; the next look finds it free.
    if (!isAlive(path)) rmSync(path, { force: true });
    return false;
  }
}

function isAlive(path: string): boolean {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
