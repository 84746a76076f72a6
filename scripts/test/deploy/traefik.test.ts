import { itChangesReleases } from './changes-releases.js';
import { itIsDiagnosed } from './is-diagnosed.js';
import { describeOnHost } from './on-a-host.js';
import { itStaysSilent } from './stays-silent.js';
import { itSurvivesCuts } from './survives-cuts.js';
import { itTellsWhoDeploys } from './tells-who-deploys.js';

describeOnHost('traefik', (scene) => {
  itChangesReleases(scene);
  itIsDiagnosed(scene);
  // In a group of their own: Mocha runs what stands outside of one first, and they leave something to put in order.
  describe('where several deploy, or the network fails', () => {
    itTellsWhoDeploys(scene);
    itSurvivesCuts(scene);
  });
  itStaysSilent(scene);
});
