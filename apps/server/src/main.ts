import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { runCommandLine } from './command-line.ts';
import { EXIT } from './commands/command.ts';
import { withoutSecrets } from './logging.ts';

/** npm passes on the signal that the terminal has sent to both: the echo of the first one is no second one. */
const SIGNAL_ECHO_MS = 500;

const stopped = new AbortController();
let firstSignalAt: number | undefined;

function onSignal(signal: NodeJS.Signals): void {
  const now = performance.now();
  if (firstSignalAt === undefined) {
    firstSignalAt = now;
    stopped.abort(new Error(`Stopped by ${signal}.`));
  } else if (now - firstSignalAt > SIGNAL_ECHO_MS) {
    process.stderr.write('Forced to end; what was running is left to the next start.\n');
    process.exit(EXIT.forced);
  }
}
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

// A promise that nobody looks at is a fault of ours. Ending is safe: every step can be repeated.
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.stderr.write(`A promise was rejected and nobody looked: ${withoutSecrets(text)}\n`);
  process.exit(EXIT.failed);
});

// The types of some hundred files need not be stripped again at every start. Where nothing can be written, they are. Node keeps
// what it has read until the process ends, 10 MB: an http process starts once and stays, and does without.
if (process.argv[2] !== 'serve') enableCompileCache(resolve(import.meta.dirname, '../../../.cache/compiled'));

const status = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  rootDir: resolve(import.meta.dirname, '../../..'),
  workingDir: process.env['INIT_CWD'] ?? process.cwd(),
  uid: process.geteuid?.(),
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
  stopped: stopped.signal,
  compose: async (options) => (await import('./compose.ts')).compose(options),
});
// Not process.exit: a pipe behind standard output still has to be filled. Whatever keeps running now is a fault of ours.
process.exitCode = status;
const STRAY_LIMIT_MS = 3_000;
setTimeout(() => process.exit(status), STRAY_LIMIT_MS).unref();
