import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { type Facts, factsIn, lookScript } from '../../src/provision/look.js';
import { planProvision } from '../../src/provision/plan.js';
import { deployUser } from '../../src/provision/wanted.js';

const wanted = { user: 'hermes', key: 'ssh-ed25519 AAAA me@desk', folder: 'monitor-hermes' };

const complete: Facts = {
  system: 'debian',
  title: 'Debian GNU/Linux 13 (trixie)',
  docker: '26.1.5',
  compose: '2.26.1-4',
  systemd: 'yes',
  enabled: 'enabled',
  home: '/home/hermes',
  groups: 'hermes docker',
  key: 'yes',
  owner: 'hermes',
  firewall: 'ufw: Status: active',
};

const titles = (facts: Partial<Facts>) =>
  planProvision({ ...complete, ...facts }, wanted).actions.map(({ title }) => title.replace(/,.*/, ''));

describe('what a host lacks', () => {
  it('is nothing where it has everything', () => {
    deepEqual(titles({}), []);
  });

  it('is each thing by itself', () => {
    const install = ['install Docker Engine and Compose from the distribution'];
    for (const docker of ['', '20.10.24']) deepEqual(titles({ docker }), install);
    for (const compose of ['', '2.23.3']) deepEqual(titles({ compose }), install);
    deepEqual(titles({ enabled: 'disabled' }), ['start Docker now']);
    deepEqual(titles({ enabled: '', systemd: '' }), []);
    deepEqual(titles({ groups: 'hermes' }), ['make the user hermes']);
    deepEqual(titles({ key: '' }), ['let hermes in by the key me@desk']);
    deepEqual(titles({ owner: 'root' }), ['make the folder monitor-hermes']);
  });

  it('cannot be told of another system', () => {
    throws(() => titles({ system: 'alpine', title: 'Alpine Linux' }), /the host runs Alpine Linux/);
    deepEqual(titles({ system: 'linuxmint ubuntu debian' }), []);
  });

  it('comes with what is left to the operator', () => {
    const notes = (facts: Partial<Facts>) =>
      planProvision({ ...complete, ...facts }, wanted).notes.join('\n');
    match(notes({}), /can become root.*\nFirewall \(ufw: Status: active\): let in 22, 80 and 443/);
    match(notes({ firewall: '' }), /No firewall/);
    match(notes({ systemd: '' }), /no systemd/);
  });
});

describe('a look at a host', () => {
  it('is read line by line, whatever else is said', () => {
    const facts = factsIn('Welcome!\nsystem=ubuntu debian\ndocker=28.2.2\nfirewall=ufw: Status: inactive\n');
    deepEqual(
      [facts.system, facts.docker, facts.firewall, facts.key],
      ['ubuntu debian', '28.2.2', 'ufw: Status: inactive', ''],
    );
  });

  it('keeps what the shell would take for its own', () => {
    match(lookScript({ ...wanted, folder: "/srv/it's" }), /'\/srv\/it'\\''s'/);
  });

  it('is not for users who cannot be', () => {
    equal(deployUser('deploy-1'), 'deploy-1');
    for (const name of ['root', '-x', 'a b', '$(id)', '']) throws(() => deployUser(name), /DEPLOY_USER=/);
  });
});
