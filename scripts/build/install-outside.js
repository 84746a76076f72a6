import { readFileSync, writeFileSync } from 'node:fs';
import { outside } from './outside.js';

/* For the image: has `npm install` bring nothing but what the bundles do not hold already, in the same versions. */
const { dependencies, overrides, ...rest } = JSON.parse(readFileSync('package.json', 'utf8'));
const kept = Object.fromEntries(outside.map((name) => [name, dependencies[name]]));
writeFileSync('package.json', JSON.stringify({ ...rest, dependencies: kept }));
