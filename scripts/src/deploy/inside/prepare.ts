import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError, messageOf } from '../../../../app/src/errors.js';
import type { ReleaseRequest } from '../release.js';
import { prepareRelease } from './prepare-release.js';

/*
 * Runs on the host that is deployed to, in the image that is deployed, as the user who deploys: it makes what is in the
 * folder of a release. Argument: that folder.
 */

const [, , folder = ''] = process.argv;
try {
  const request: ReleaseRequest = JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8'));
  const release = await prepareRelease(request);
  writeFileSync(join(folder, 'release.json'), `${JSON.stringify(release, null, 2)}\n`, { mode: 0o644 });
} catch (error) {
  const text = error instanceof HermesError ? error.toText() : messageOf(error);
  process.stderr.write(`${text.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
}
