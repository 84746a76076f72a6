import { itChangesReleases } from './changes-releases.js';
import { describeOnHost } from './on-a-host.js';
import { itStaysSilent } from './stays-silent.js';
import { itSurvivesCuts } from './survives-cuts.js';
import { itTellsWhoDeploys } from './tells-who-deploys.js';

describeOnHost('traefik', (scene) => {
  itChangesReleases(scene);
  itTellsWhoDeploys(scene);
  itSurvivesCuts(scene);
  itStaysSilent(scene);
});
