import { HermesError } from '../../../app/src/errors.js';
import { oldestCompose, oldestEngine } from '../containers/docker.js';
import { quoted } from '../remote/quoted.js';
import { atLeast } from '../render/version.js';
import { type Facts, quotedFolder } from './look.js';
import type { Wanted } from './wanted.js';

/** One change of a host. */
export interface Action {
  /** What it does, for the operator. */
  readonly title: string;
  /** Script of `sh`, for root. */
  readonly script: string;
}

export interface ProvisionPlan {
  readonly actions: readonly Action[];
  /** What is left to the operator, or worth knowing. */
  readonly notes: readonly string[];
}

/** What a host lacks, in the order in which it gets it. @throws HermesError `system-unknown` */
export function planProvision(facts: Facts, wanted: Wanted): ProvisionPlan {
  if (!/\b(?:debian|ubuntu)\b/.test(facts.system))
    throw new HermesError(
      'system-unknown',
      `the host runs ${facts.title}; this installs on Debian and Ubuntu only`,
      'install Docker Engine and Compose by its own means, and make the user yourself',
    );
  const fits = (version: string, oldest: string) => version !== '' && atLeast(version, oldest);
  const hasDocker = fits(facts.docker, oldestEngine) && fits(facts.compose, oldestCompose);
  const groups = facts.groups.split(' ');
  return {
    actions: [
      ...(hasDocker ? [] : [install]),
      ...(facts.systemd === 'yes' && facts.enabled !== 'enabled' ? [enable] : []),
      ...(groups.includes('docker') ? [] : [makeUser(wanted)]),
      ...(facts.key === 'yes' ? [] : [letIn(wanted)]),
      ...(facts.owner === wanted.user ? [] : [makeFolder(wanted)]),
    ],
    notes: notesOn(facts, wanted),
  };
}

/**
 * From the distribution alone. Debian 13 and Ubuntu 22.04 (with its updates) and later have both; Debian 12 has an older
 * engine, and no Compose 2: there it ends before anything is installed. Ubuntu and Debian name Compose differently, and
 * Debian has the client in a package of its own since 13.
 */
const install: Action = {
  title: 'install Docker Engine and Compose from the distribution',
  script: `
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *\\([^(]\\)/\\1/p'; }
fits() { [ -n "$(candidate "$1")" ] && dpkg --compare-versions "$(candidate "$1")" ge "$2"; }
compose=docker-compose-v2
[ -n "$(candidate $compose)" ] || compose=docker-compose
for each in "docker.io ${oldestEngine}" "$compose ${oldestCompose}"; do
  name=\${each% *} oldest=\${each#* }
  fits "$name" "$oldest" || {
    have=$(candidate "$name")
    echo "this distribution has \${have:-no} $name, but $oldest is the oldest that will do; upgrade it, or install both from docs.docker.com" >&2
    exit 1
  }
done
client=docker-cli
[ -n "$(candidate $client)" ] || client=
apt-get install -y -qq --no-install-recommends docker.io $client "$compose" ca-certificates iptables >/dev/null
`,
};

const enable: Action = {
  title: 'start Docker now, and whenever the host starts',
  script: 'systemctl enable --now --quiet docker',
};

const makeUser = ({ user }: Wanted): Action => ({
  title: `make the user ${user}, without a password, in the group docker`,
  // Not locked, which sshd without PAM would take for a user who may not come in: a password that nothing matches.
  script: `
getent group docker >/dev/null || groupadd --system docker
getent passwd ${quoted(user)} >/dev/null || useradd --create-home --user-group --shell /bin/sh --password '*' ${quoted(user)}
usermod --append --groups docker ${quoted(user)}
`,
});

const homeOf = (user: string) => `home=$(getent passwd ${quoted(user)} | cut -d: -f6)`;

const letIn = ({ user, key }: Wanted): Action => ({
  title: `let ${user} in by the key ${key.split(' ').slice(2).join(' ') || key.slice(0, 30)}`,
  script: `
${homeOf(user)}
group=$(id -gn ${quoted(user)})
install -d -m 0700 -o ${quoted(user)} -g "$group" "$home/.ssh"
keys=$home/.ssh/authorized_keys
touch "$keys"
# A last line without an end would run into the new one.
if [ -s "$keys" ] && [ -n "$(tail -c 1 "$keys")" ]; then echo >> "$keys"; fi
printf '%s\\n' ${quoted(key)} >> "$keys"
chown ${quoted(user)}:"$group" "$keys"
chmod 0600 "$keys"
`,
});

const makeFolder = ({ user, folder }: Wanted): Action => ({
  title: `make the folder ${folder}`,
  script: `
${homeOf(user)}
install -d -m 0750 -o ${quoted(user)} -g "$(id -gn ${quoted(user)})" ${quotedFolder(folder)}
`,
});

function notesOn({ systemd, firewall }: Facts, { user }: Wanted): string[] {
  return [
    `${user} is in the group docker: who has its key can become root on the host, so guard it as root's own.`,
    ...(systemd === 'yes'
      ? []
      : ['There is no systemd: see to it that dockerd starts with the host; containers come back with it.']),
    firewall === ''
      ? 'No firewall bounds what comes in. Let in 22, 80 and 443 over TCP, and nothing else.'
      : `Firewall (${firewall}): let in 22, 80 and 443 over TCP. Ports that Docker publishes pass ufw and rules of the chain input by.`,
  ];
}
