import type { Settings } from '../../../app/src/settings/table.js';

/** What a release says of itself, in its folder: `release.json`. No secret is in it. */
export interface Release {
  readonly id: string;
  /** Name and tag of the app's image. */
  readonly image: string;
  /** Images that it needs besides. */
  readonly images: readonly string[];
  /** Name of the site's Compose project. */
  readonly project: string;
  readonly proxy: Settings['PROXY'];
  readonly tls: Settings['TLS'];
  readonly domain: string;
  /** Compose services of the site that keep data. */
  readonly backing: readonly string[];
  readonly httpsPort: number;
  readonly drainSeconds: number;
  /** Of its settings and of what was rendered from them. */
  readonly checksum: string;
  /** Where the gate and the site reach the proxy, inside of the containers. */
  readonly proxyPort: number;
  /** For `splitModel`. */
  readonly lasting: Readonly<Record<string, string>>;
  readonly gateFolders: Readonly<Record<string, string>>;
  /** Compose files, in the folder of the release. */
  readonly files: readonly string[];
  readonly variables: string;
  readonly madeAt: string;
  readonly madeBy: string;
}

/** What `prepare` in the image is told, in the folder of the release: `request.json`. */
export interface ReleaseRequest {
  readonly root: string;
  readonly id: string;
  readonly image: string;
  readonly by: string;
  /** Settings given with the deploy, which count more than those of the host's `.env`. None is a secret. */
  readonly given: Readonly<Record<string, string>>;
  /** Outputs of `nginx -V` and `ulimit -Hn` in the image of nginx. */
  readonly nginx: string;
}
