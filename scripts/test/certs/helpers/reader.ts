import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/*
 * A process that reads one PEM file as fast as it can, from the first message (the path) to the second, and then
 * reports how many different contents it saw and what was wrong with any of them.
 */

const contents = new Set<string>();
const faults = new Set<string>();
let reads = 0;
let asked = false;

process.once('message', (path: string) => {
  process.once('message', () => {
    asked = true;
  });
  const look = () => {
    for (let count = 0; count < 100; count++) read(path);
    if (asked)
      process.send?.({ reads, seen: contents.size, faults: [...faults] }, () => process.disconnect());
    else setImmediate(look);
  };
  read(path);
  process.send?.('reading');
  look();
});

function read(path: string): void {
  reads++;
  try {
    const pem = readFileSync(path, 'utf8');
    if (contents.has(pem)) return;
    contents.add(pem);
    if (!pem.endsWith('-----END PRIVATE KEY-----\n')) faults.add('torn');
    else if (!new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))) faults.add('mismatch');
  } catch (error) {
    faults.add(String(error));
  }
}
