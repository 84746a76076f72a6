import { pattern, text } from '../kinds.js';
import { settingsOf } from '../setting.js';

const setting = settingsOf('deploy');

/** Where `make deploy` brings a release, and by which way. */
export const deploy = {
  DEPLOY_PATH: setting(
    pattern(
      /^(?!.*(^|\/)\.\.?(\/|$))[\w.@+/-]+$/,
      'the path of a folder without spaces, such as /srv/monitor-hermes',
    ),
    'Folder of the installation on a host that is deployed to; from the home of the user there, unless it begins with `/`.',
    { fallback: 'monitor-hermes' },
  ),
  REGISTRY: setting(
    pattern(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
      'a registry and a path in it, such as registry.example.com/hermes',
    ),
    'Registry by which images come to the host, so that only layers that it lacks are sent; both sides have to be logged in. Empty: they go by ssh.',
  ),
  SSH_CONFIG: setting(text(), 'Configuration file of ssh for the commands with HOST. Empty: your own.'),
};
