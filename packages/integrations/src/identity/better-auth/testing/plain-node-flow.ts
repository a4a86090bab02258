import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '@rsm/domain/common/instant';

/**
 * Run under plain Node by a test, with a database's address as its argument: a person's whole life with mails in a folder,
 * as in the demo. Prints as JSON what happened and every address that was connected to.
 */
const connections = new Set<string>();
const connect: unknown = Reflect.get(Socket.prototype, 'connect');
if (typeof connect !== 'function') throw new Error('Node has no Socket.connect');
Reflect.set(Socket.prototype, 'connect', function watched(this: Socket, ...args: unknown[]): unknown {
  // Node passes its own calls on as one list: options first.
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as { host?: string; port?: number; path?: string };
    connections.add(path ?? `${host}:${port}`);
  } else if (typeof first === 'string' && first.startsWith('/')) connections.add(first);
  else connections.add(`${String(args[1])}:${String(first)}`);
  const result: unknown = Reflect.apply(connect, this, args);
  return result;
});

// Only now, so that the connections of the libraries' own start are seen, too.
const { createBetterAuthIdentityProvider, createFileMailer, createIdentityDatabase } =
  await import('../../../index.ts');

const problems: string[] = [];
const reportProblem = ({ what, cause }: { what: string; cause: unknown }): void => {
  problems.push(`${what}: ${String(cause)}`);
};
const clock = { now: () => instant(Date.now()) };
const folder = await mkdtemp(join(tmpdir(), 'rsm-mails-'));
const mailFolder = join(folder, 'mail');
const pool = createIdentityDatabase({ databaseUrl: process.argv[2] ?? '', reportProblem });
const provider = createBetterAuthIdentityProvider({
  pool,
  secret: 'the secret of the flow, 32 characters and more',
  mailer: createFileMailer({ folder: mailFolder, from: 'rsm@example.org', clock }),
  publicUrl: 'https://rsm.example',
  emailConfirmation: 'required',
  clock,
  reportProblem,
});
const ada = { email: 'ada@example.org', password: 'correct horse battery staple', displayName: 'Ada L.' };
const steps: string[] = [];

try {
  await Promise.all([provider.migrate(), provider.migrate()]);
  steps.push((await provider.signUp(ada)).kind);
  steps.push(await codeOf(provider.signIn(ada)));
  await provider.confirmEmail({ token: await mailedToken('confirm-email') });
  const session = await provider.signIn(ada);
  const { issuer, emailVerified } = await provider.verifyAccessToken(session.accessToken);
  steps.push(`${issuer} ${String(emailVerified)}`);
  const next = await provider.refresh(session);
  await provider.verifyAccessToken(next.accessToken);
  await provider.signOut(next);
  steps.push(await codeOf(provider.refresh(next)));
  await provider.requestPasswordReset(ada);
  const newPassword = 'a whole new password 2026';
  await provider.resetPassword({ token: await mailedToken('reset-password'), newPassword });
  steps.push(await codeOf(provider.signIn(ada)));
  const { accessToken } = await provider.signIn({ ...ada, password: newPassword });
  const { subject } = await provider.verifyAccessToken(accessToken);
  await provider.deleteIdentity({ subject });
  steps.push(await codeOf(provider.signIn({ ...ada, password: newPassword })));
  const own = [...connections];
  // The watch sees what it is there to see.
  await fetch('http://127.0.0.1:49151/').catch(() => undefined);
  const seen = connections.has('127.0.0.1:49151');
  process.stdout.write(JSON.stringify({ steps, connections: own, problems, watchWorks: seen }));
} finally {
  await provider.close();
  await pool.end();
  await rm(folder, { recursive: true, force: true });
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

async function mailedToken(page: string): Promise<string> {
  await provider.close();
  for (const name of (await readdir(mailFolder)).toSorted()) {
    const token = new RegExp(`/${page}#token=(\\S+)`).exec(await readFile(join(mailFolder, name), 'utf8'))?.[1];
    if (token !== undefined) return decodeURIComponent(token);
  }
  throw new Error(`No mail with a ${page} link`);
}
