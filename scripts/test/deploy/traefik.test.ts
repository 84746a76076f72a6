import { itChangesReleases } from './changes-releases.js';
import { describeOnHost } from './on-a-host.js';

describeOnHost('traefik', itChangesReleases);
