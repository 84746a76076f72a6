import { itChangesReleases } from './changes-releases.js';
import { itIsDiagnosed } from './is-diagnosed.js';
import { describeOnHost } from './on-a-host.js';
import { itRefusesClearly } from './refuses-clearly.js';
import { itSurvivesKills } from './survives-kills.js';

describeOnHost('nginx', (scene) => {
  itChangesReleases(scene);
  itIsDiagnosed(scene);
  itRefusesClearly(scene);
  itSurvivesKills(scene);
});
