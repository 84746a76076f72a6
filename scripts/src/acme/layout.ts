import { join } from 'node:path';
import { certificatePaths } from '../certs/layout.js';

/** Where certbot keeps what it has of one ACME directory. */
export interface CertbotPaths {
  /** Its configuration directory: accounts, lineages, and our `cli.ini`. */
  readonly config: string;
  readonly ini: string;
  readonly work: string;
  readonly logs: string;
  /** The log of the latest run. */
  readonly log: string;
}

/** @param folder of the project. @param directory name of the ACME directory */
export function certbotPaths(folder: string, directory: string): CertbotPaths {
  return certbotPathsIn(join(certificatePaths(folder).acme, directory));
}

/** @param config its configuration directory */
export function certbotPathsIn(config: string): CertbotPaths {
  const logs = join(config, 'logs');
  return {
    config,
    ini: join(config, 'cli.ini'),
    work: join(config, 'work'),
    logs,
    log: join(logs, 'letsencrypt.log'),
  };
}
