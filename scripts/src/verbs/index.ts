import type { Command } from 'commander';

/** Every verb of the command line, in the order of the help. One is loaded only when it is wanted: most are quick. */
export const verbs = {
  up: async () => (await import('./up.js')).upVerb(),
  down: async () => (await import('./down.js')).downVerb(),
  status: async () => (await import('./status.js')).statusVerb(),
  doctor: async () => (await import('./doctor.js')).doctorVerb(),
  logs: async () => (await import('./logs.js')).logsVerb(),
  token: async () => (await import('./token.js')).tokenVerb(),
  certs: async () => (await import('./certs.js')).certsVerb(),
  renew: async () => (await import('./renew.js')).renewVerb(),
  deploy: async () => (await import('./deploy.js')).deployVerb(),
  rollback: async () => (await import('./rollback.js')).rollbackVerb(),
  releases: async () => (await import('./releases.js')).releasesVerb(),
  unlock: async () => (await import('./unlock.js')).unlockVerb(),
  provision: async () => (await import('./provision.js')).provisionVerb(),
  backup: async () => (await import('./backup.js')).backupVerb(),
  restore: async () => (await import('./restore.js')).restoreVerb(),
  config: async () => (await import('./config.js')).configVerb(),
  test: async () => (await import('./test.js')).testVerb(),
  bench: async () => (await import('./bench.js')).benchVerb(),
  plan: async () => (await import('./plan.js')).planVerb(),
  check: async () => (await import('./check.js')).checkVerb(),
  docs: async () => (await import('./docs.js')).docsVerb(),
} satisfies Readonly<Record<string, () => Promise<Command>>>;
