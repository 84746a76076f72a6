import { fileURLToPath } from 'node:url';
import { pythonWith } from '../../../../app/test/helpers/python.js';
import type { Client } from './client.js';
import { runClient } from './process.js';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const requirements = fileURLToPath(
  new URL('../../../../docs/clients/python/requirements.txt', import.meta.url),
);

const opened = /^open$/m;

export const node: Client = (target) =>
  runClient({ file: process.execPath, args: [beside('listen.mjs'), JSON.stringify(target)], opened });

/** A client in Python. @param python with the package `websockets` */
export const pythonClient =
  (python: string): Client =>
  (target) =>
    runClient({ file: python, args: [beside('listen.py'), JSON.stringify(target)], opened });

/** Python with the package `websockets`. */
export const findPython = () => pythonWith(requirements);
