import type { Command } from './command.ts';

/** Each command is loaded when it is asked for: `--help` must not wait for the libraries of all of them. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  work: async () => (await import('./work.ts')).workCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  'make-admin': async () => (await import('./make-admin.ts')).makeAdminCommand,
};
