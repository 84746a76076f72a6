import { chromium } from './chromium.js';
import type { Client } from './client.js';
import { findPython, node, pythonClient } from './programs.js';
import { curl, wscat } from './tools.js';

/** The clients by the names that the pages call them by. */
export async function findClients(): Promise<Readonly<Record<string, Client>>> {
  const Python = pythonClient(await findPython());
  return { Chromium: chromium, Node: node, Python, curl, wscat };
}
