import type { Command } from './command.ts';

/** Each command's file is loaded when it is called: `--help` must not wait for the libraries of all of them. */
export const commands: Readonly<Record<string, Command>> = {
  demo: {
    usage: 'demo',
    summary: 'Run everything on this machine with demo people and lab machines (npm start).',
    run: async (args, context) => (await import('../demo/demo-command.ts')).runDemo(args, context),
  },
  tour: {
    usage: 'tour',
    summary: 'Do the main job once, step by step, beside a running demo.',
    run: async (args, context) => (await import('../tour/tour-command.ts')).runTourCommand(args, context),
  },
  serve: {
    usage: 'serve',
    summary: 'Answer requests (HTTP). Any number of these may run.',
    run: async (args, context) => (await import('./serve.ts')).runServe(args, context),
  },
  work: {
    usage: 'work',
    summary: 'Run jobs (SSH, benchmarks, wipes). Any number of these may run.',
    run: async (args, context) => (await import('./work.ts')).runWork(args, context),
  },
  migrate: {
    usage: 'migrate [--down]',
    summary: "Bring the database to this version's form; --down removes all tables and data (demo only).",
    run: async (args, context) => (await import('./migrate.ts')).runMigrate(args, context),
  },
  seed: {
    usage: 'seed [--url <address>]',
    summary: 'Make the demo people in a running server of mode demo, through its public procedures.',
    run: async (args, context) => (await import('./seed.ts')).runSeed(args, context),
  },
  'seed-load': {
    usage: 'seed-load [--listings <number>] [--seed <number>]',
    summary: 'Fill an empty demo database with a large market, for measurements.',
    run: async (args, context) => (await import('./seed-load.ts')).runSeedLoad(args, context),
  },
  audit: {
    usage: 'audit',
    summary: 'Check what must always be true of the data. Exit status 1 when something is not.',
    run: async (args, context) => (await import('./audit.ts')).runAudit(args, context),
  },
  verify: {
    usage: 'verify <file> … | <folder> [--keys <file|url>] [--previous <file>]',
    summary:
      "Check a wipe certificate's signature, or a machine's chain of them; the keys are this installation's unless given.",
    run: async (args, context) => (await import('./verify.ts')).runVerify(args, context),
  },
  'rewrap-secrets': {
    usage: 'rewrap-secrets',
    summary: 'Seal the keys of machines with the first of SECRETS_KEKS, so that older keys may be thrown away.',
    run: async (args, context) => (await import('./rewrap-secrets.ts')).runRewrapSecrets(args, context),
  },
  'make-admin': {
    usage: 'make-admin <email>',
    summary: 'Give a user the role "admin". The user must have signed in once.',
    run: async (args, context) => (await import('./make-admin.ts')).runMakeAdmin(args, context),
  },
};
