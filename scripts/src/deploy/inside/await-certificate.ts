import { setTimeout as delay } from 'node:timers/promises';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { certificateName } from '../../certs/layout.js';
import { projectAt } from '../../project.js';
import { readRecords } from '../../renewal/record.js';
import { isLiveServable } from '../../stack/certificate.js';

/*
 * Runs in the container that renews, on the host that is deployed to: it ends once there is a certificate, or as soon as it
 * is known why there is none. Argument: the time, in seconds since the epoch, from which on a fault counts.
 */

/** Milliseconds: for the CA and the DNS in all, and between two looks. */
const patience = 600_000;
const pause = 500;

const since = Number(process.argv[2]) * 1_000;
const project = projectAt();
const { settings } = loadSettings();

/** Of the first try since then; undefined while it goes on, or where it went well. */
function faultOf(): string | undefined {
  const { fault, lastLook = '' } = readRecords(project.root)[certificateName(settings.DOMAIN)] ?? {};
  return fault && Date.parse(lastLook) >= since ? fault.message : undefined;
}

const deadline = Date.now() + patience;
let fault: string | undefined;
while (!isLiveServable(project, settings)) {
  fault = faultOf() ?? (Date.now() > deadline ? 'the CA takes too long' : undefined);
  if (fault) break;
  await delay(pause);
}
if (fault) process.stderr.write(`no certificate: ${fault.replaceAll('\n', ' ')}\n`);
process.exitCode = fault ? 1 : 0;
