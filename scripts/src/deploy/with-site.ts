import { Remote } from '../remote/remote.js';
import { type Look, lookAt } from './look.js';
import { siteOptions } from './site-options.js';

/** Looks at a host, and does something there with what was found. */
export async function withSite<T>(
  host: string | undefined,
  action: (look: Look, remote: Remote) => T | Promise<T>,
): Promise<T> {
  const options = siteOptions(host);
  const remote = await Remote.connect(options);
  try {
    return await action(await lookAt(remote, options.path), remote);
  } finally {
    await remote.close();
  }
}
