import { readFileSync } from 'node:fs';

const lines = readFileSync(new URL('../data/chirpstack-uplinks.ndjson', import.meta.url), 'utf8');

/** Three ChirpStack v4 `event/up` bodies from real devices: LHT65N, Oyster, Network Tester. */
export const captures: readonly string[] = lines.trim().split('\n');

/** The same as objects, fresh for each caller. */
// biome-ignore lint/suspicious/noExplicitAny: tests take fields away and put others in
export const capturedUplinks = (): any[] => captures.map((line) => JSON.parse(line));
