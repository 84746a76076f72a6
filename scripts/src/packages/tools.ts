/** A tool of the system, and the package that brings it, by package manager. */
export interface Tool {
  readonly command: string;
  /** Tried when the command is not on PATH: daemons often lie in a folder that is not. */
  readonly paths?: readonly string[];
  readonly packages: Readonly<Partial<Record<PackageManager, readonly string[]>>>;
}

export type PackageManager = 'apt-get' | 'dnf' | 'apk' | 'brew';

export const tools = {
  nginx: {
    command: 'nginx',
    paths: ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'],
    packages: { 'apt-get': ['nginx'], dnf: ['nginx'], apk: ['nginx'], brew: ['nginx'] },
  },
  chromium: {
    command: 'chromium',
    paths: ['/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    packages: { 'apt-get': ['chromium', 'fonts-liberation'], dnf: ['chromium'], apk: ['chromium'] },
  },
  firefox: {
    command: 'firefox-esr',
    paths: ['/usr/bin/firefox'],
    packages: { 'apt-get': ['firefox-esr'], dnf: ['firefox'], apk: ['firefox-esr'] },
  },
  certutil: {
    command: 'certutil',
    packages: { 'apt-get': ['libnss3-tools'], dnf: ['nss-tools'], apk: ['nss-tools'], brew: ['nss'] },
  },
  'redis-server': {
    command: 'redis-server',
    packages: { 'apt-get': ['redis-server'], dnf: ['redis'], apk: ['redis'], brew: ['redis'] },
  },
  mosquitto: {
    command: 'mosquitto',
    paths: ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'],
    packages: { 'apt-get': ['mosquitto'], dnf: ['mosquitto'], apk: ['mosquitto'], brew: ['mosquitto'] },
  },
  named: {
    command: 'named',
    paths: ['/usr/sbin/named', '/usr/local/sbin/named', '/opt/homebrew/sbin/named'],
    packages: { 'apt-get': ['bind9'], dnf: ['bind'], apk: ['bind'], brew: ['bind'] },
  },
  faketime: {
    command: 'faketime',
    packages: { 'apt-get': ['faketime'], dnf: ['libfaketime'], apk: ['libfaketime'], brew: ['libfaketime'] },
  },
  // For Pebble. Go fetches the version that a module wants by itself, from 1.21 on.
  go: {
    command: 'go',
    paths: ['/usr/local/go/bin/go'],
    packages: { 'apt-get': ['golang-go'], dnf: ['golang'], apk: ['go'], brew: ['go'] },
  },
  caddy: { command: 'caddy', packages: { 'apt-get': ['caddy'], dnf: ['caddy'], brew: ['caddy'] } },
  haproxy: {
    command: 'haproxy',
    paths: ['/usr/sbin/haproxy'],
    packages: { 'apt-get': ['haproxy'], dnf: ['haproxy'], apk: ['haproxy'], brew: ['haproxy'] },
  },
  sshd: {
    command: 'sshd',
    paths: ['/usr/sbin/sshd', '/usr/local/sbin/sshd'],
    packages: { 'apt-get': ['openssh-server'], dnf: ['openssh-server'], apk: ['openssh-server'] },
  },
  ip: {
    command: 'ip',
    paths: ['/usr/sbin/ip', '/sbin/ip'],
    packages: { 'apt-get': ['iproute2'], dnf: ['iproute'], apk: ['iproute2'] },
  },
  // The next three are for testssl.sh.
  host: {
    command: 'host',
    packages: { 'apt-get': ['bind9-host'], dnf: ['bind-utils'], apk: ['bind-tools'], brew: ['bind'] },
  },
  hexdump: {
    command: 'hexdump',
    packages: { 'apt-get': ['bsdextrautils'], dnf: ['util-linux'], apk: ['util-linux-misc'] },
  },
  ps: {
    command: 'ps',
    packages: { 'apt-get': ['procps'], dnf: ['procps-ng'], apk: ['procps'] },
  },
  openssl: {
    command: 'openssl',
    packages: { 'apt-get': ['openssl'], dnf: ['openssl'], apk: ['openssl'], brew: ['openssl'] },
  },
  curl: { command: 'curl', packages: { 'apt-get': ['curl'], dnf: ['curl'], apk: ['curl'], brew: ['curl'] } },
  python3: {
    command: 'python3',
    packages: {
      'apt-get': ['python3', 'python3-venv'],
      dnf: ['python3'],
      apk: ['python3'],
      brew: ['python'],
    },
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;
