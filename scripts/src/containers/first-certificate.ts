import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName } from '../certs/layout.js';
import type { Project } from '../project.js';
import { readRecords } from '../renewal/record.js';
import { isLiveServable } from '../stack/certificate.js';

/** Milliseconds between two looks at what became of the try. */
const interval = 500;

/**
 * Starts containers one of which obtains the first certificate, without which the others do not get healthy. As soon
 * as that fails there is nothing to wait for.
 * @throws HermesError why there is no certificate, or what `start` throws
 */
export async function startWithCertificate(
  project: Project,
  settings: Settings,
  start: (signal: AbortSignal) => Promise<void>,
  interrupted: AbortSignal,
): Promise<void> {
  if (settings.TLS !== 'letsencrypt' || isLiveServable(project, settings)) return start(interrupted);
  const record = () => readRecords(project.root)[certificateName(settings.DOMAIN)];
  const before = record()?.lastLook;
  const hopeless = new AbortController();
  const watch = setInterval(() => {
    const { fault, lastLook } = record() ?? {};
    if (fault && lastLook !== before)
      hopeless.abort(new HermesError(fault.code, fault.message, 'correct that, then: make up'));
  }, interval);
  try {
    await start(AbortSignal.any([interrupted, hopeless.signal]));
  } finally {
    clearInterval(watch);
  }
}
