import { quoted } from '../remote/quoted.js';
import type { Wanted } from './wanted.js';

/** What a host has, as text; empty where it has none of it. */
export interface Facts {
  /** `ID` and `ID_LIKE` of /etc/os-release. */
  readonly system: string;
  /** As it calls itself. */
  readonly title: string;
  readonly docker: string;
  readonly compose: string;
  /** `yes` where systemd runs it. */
  readonly systemd: string;
  /** What `systemctl is-enabled docker` says. */
  readonly enabled: string;
  /** Home of the user who deploys. */
  readonly home: string;
  /** Groups of that user, by name. */
  readonly groups: string;
  /** `yes` where that user is let in by the key. */
  readonly key: string;
  /** Owner of the folder of the installation. */
  readonly owner: string;
  /** What bounds incoming connections: the first line of `ufw status`, `nftables`, or nothing. */
  readonly firewall: string;
}

/** A script that changes nothing, and prints a line `NAME=text` for each fact. For root. */
export function lookScript(wanted: Wanted): string {
  const user = quoted(wanted.user);
  // The comment behind a key is no part of it.
  const key = quoted(wanted.key.split(' ').slice(0, 2).join(' '));
  return `
say() { printf '%s=%s\\n' "$1" "$2"; }
( . /etc/os-release; say system "$ID \${ID_LIKE:-}"; say title "\${PRETTY_NAME:-$ID}" )
say docker "$(docker --version 2>/dev/null | sed -n 's/^Docker version \\([0-9.]*\\).*/\\1/p')"
say compose "$(docker compose version --short 2>/dev/null || true)"
if [ -d /run/systemd/system ]; then
  say systemd yes
  say enabled "$(systemctl is-enabled docker 2>/dev/null || true)"
fi
home=$(getent passwd ${user} | cut -d: -f6)
say home "$home"
say groups "$(id -nG ${user} 2>/dev/null || true)"
if [ -n "$home" ] && grep -qF -e ${key} "$home/.ssh/authorized_keys" 2>/dev/null; then say key yes; fi
say owner "$(stat -c %U ${quotedFolder(wanted.folder)} 2>/dev/null || true)"
if command -v ufw >/dev/null; then say firewall "ufw: $(ufw status | head -n 1)"
elif nft list ruleset 2>/dev/null | grep -q 'hook input'; then say firewall nftables; fi
`;
}

/** The folder, for a shell that has set `home`. */
export const quotedFolder = (folder: string) =>
  folder.startsWith('/') ? quoted(folder) : `"$home"/${quoted(folder)}`;

export function factsIn(text: string): Facts {
  const found = Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name ? [[name, value.trim()]] : [];
    }),
  );
  const names = ['system', 'title', 'docker', 'compose', 'systemd', 'enabled', 'home'] as const;
  const more = ['groups', 'key', 'owner', 'firewall'] as const;
  return Object.fromEntries([...names, ...more].map((name) => [name, found[name] ?? ''])) as unknown as Facts;
}
