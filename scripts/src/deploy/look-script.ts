import { quoted } from '../remote/quoted.js';

/** What is asked about a host: the name of each answer, and the commands that give it. Nothing is touched by any. */
const questions = {
  user: 'id -un; id -u; id -g',
  root: 'echo "$root"',
  clock: 'date +%s',
  engine: `docker version --format '{{.Server.Version}}' 2>&1`,
  compose: 'docker compose version --short 2>&1',
  disk: 'at=$root; while [ ! -d "$at" ]; do at=$(dirname "$at"); done; df -Pm "$at" | tail -n 1',
  'engine-disk': `at=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null); [ -d "$at" ] && df -Pm "$at" | tail -n 1`,
  writable: 'at=$root; while [ ! -d "$at" ]; do at=$(dirname "$at"); done; [ -w "$at" ] && echo yes',
  env: '[ ! -e "$root/.env" ] || cat "$root/.env"',
  'env-mode': '[ ! -e "$root/.env" ] || stat -c %a "$root/.env"',
  current: '[ ! -L "$root/current" ] || basename "$(readlink "$root/current")"',
  previous: '[ ! -L "$root/previous" ] || basename "$(readlink "$root/previous")"',
  releases: 'for one in "$root"/releases/*/release.json; do [ ! -e "$one" ] || cat "$one"; done',
  journal: '[ ! -e "$root/journal" ] || cat "$root/journal"',
  holder: '[ ! -e "$root/lock" ] || flock -n "$root/lock" true || cat "$root/lock.by"',
  certificates: 'for one in "$root"/certs/live/*/fullchain.pem; do [ ! -e "$one" ] || cat "$one"; done',
  containers: `docker ps --all --filter "label=monitor-hermes.folder=$root" --format '{{.Names}}\t{{.State}}\t{{.Status}}\t{{.Image}}\t{{.Label "monitor-hermes.release"}}' 2>/dev/null`,
  projects: `docker ps --all --filter label=com.docker.compose.project --format '{{.Label "com.docker.compose.project"}}\t{{.Label "monitor-hermes.folder"}}' 2>/dev/null`,
  images: `docker image ls --format '{{.Repository}}:{{.Tag}}' 2>/dev/null`,
  listening: `awk 'FNR > 1 && $4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null`,
  addresses: 'hostname -I 2>/dev/null',
} satisfies Readonly<Record<string, string>>;

const mark = '@@hermes ';

/** Sets `root`, the folder of the installation, absolute. @param path from the home of the user unless it begins with `/` */
export const rootScript = (path: string): string =>
  `root=${quoted(path)}; case $root in /*) ;; *) root=$HOME/$root ;; esac\n`;

export const lookScript = (path: string): string => questionScript(path, questions);

/** A script whose output `parseLook` reads. @param questions the commands that answer each, by its name */
export function questionScript(path: string, questions: Readonly<Record<string, string>>): string {
  const asked = Object.entries(questions).map(
    ([name, commands]) => `echo '${mark}${name}'\n{ ${commands}; } || true\necho`,
  );
  return `${rootScript(path)}${asked.join('\n')}`;
}

/** Answers by the name of their question, without blank ends. */
export function parseLook(text: string): Readonly<Record<string, string>> {
  const parts = `\n${text}`.split(`\n${mark}`).slice(1);
  return Object.fromEntries(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).trim()];
    }),
  );
}
