import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyCertificate, verifyChain, type NamedReport } from '@rsm/hosts';
import { z } from 'zod';
import { readRunningAddress } from '../demo/running-address.ts';
import { EXIT, UsageError, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';

/** A certificate with all its steps has some ten kilobytes; the verifier reads no more than this either. */
const FILE_BYTES_MAX = 4 * 1_048_576;
/** A machine that is let every hour of a year has fewer. */
const CHAIN_FILES_MAX = 10_000;
const FETCH_TIMEOUT_MS = 10_000;

const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(1_000) });

/**
 * Checks the signature of a wipe certificate, or a machine's chain of them: a folder with its files, or several files in
 * their order. It says who signed it and that nothing was changed since, and no more:
 * whether the machine is clean is what the certificate reports, not what a signature proves.
 */
export async function runVerify(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keys: { type: 'string' }, previous: { type: 'string' } },
  });
  const [path, ...rest] = positionals.map((name) => resolve(context.workingDir, name));
  if (path === undefined) throw new UsageError('Name a certificate file, or a folder with the chain of a machine.');
  const folder = await chainFolder(path);
  const isChain = folder !== null || rest.length > 0;
  if (isChain && values.previous !== undefined)
    throw new UsageError('With --previous, name one certificate file: a chain has its own order.');
  if (folder !== null && rest.length > 0) throw new UsageError('Name one folder, or several files, not both.');
  const reports = await readReports(folder ?? [path, ...rest]);
  const keys = values.keys ?? (await ownKeySetUrl(context));
  const keySet = parseKeySet(
    /^https?:\/\//.test(keys) ? await download(keys) : await readSmallFile(resolve(context.workingDir, keys)),
    keys,
  );
  if (isChain) return printChain(reports, { keySet, order: folder === null ? 'given' : 'find' }, context);
  const previous =
    values.previous === undefined ? undefined : await readSmallFile(resolve(context.workingDir, values.previous));
  const check = await verifyCertificate({
    jws: reports[0]?.jws ?? '',
    keySet,
    ...(previous === undefined ? {} : { previous }),
  });
  context.print(check.summary);
  for (const reason of check.reasons) context.print(`  ${reason}`);
  return check.signature === 'valid' && check.chain !== 'does_not_follow' ? EXIT.ok : EXIT.found;
}

/** The certificate files of a folder; null when the path is no folder. */
async function chainFolder(path: string): Promise<readonly string[] | null> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return null;
  const names = (await readdir(path)).filter((name) => name.endsWith('.jws')).toSorted();
  if (names.length === 0) throw new UsageError(`The folder ${path} holds no file that ends in .jws.`);
  if (names.length > CHAIN_FILES_MAX)
    throw new UsageError(`The folder ${path} holds more than ${String(CHAIN_FILES_MAX)} certificates.`);
  return names.map((name) => join(path, name));
}

async function readReports(paths: readonly string[]): Promise<readonly NamedReport[]> {
  const reports: NamedReport[] = [];
  for (const path of paths) reports.push({ name: basename(path), jws: (await readSmallFile(path)).trim() });
  return reports;
}

async function printChain(
  reports: readonly NamedReport[],
  options: { readonly keySet: unknown; readonly order: 'given' | 'find' },
  context: CommandContext,
): Promise<ExitStatus> {
  const chain = await verifyChain({ reports, ...options });
  context.print(chain.summary);
  for (const { check, name, problems } of chain.links) {
    const { certificate } = check;
    context.print(
      `  ${name}: ${certificate === null ? 'not valid' : `${certificate.issuedAt}, ${certificate.verdict}`}`,
    );
    for (const problem of problems) context.print(`    ${problem}`);
  }
  if (chain.newestSha256 !== null)
    context.print(`  The last of them has SHA-256 ${chain.newestSha256}. Later ones can't be missed from here.`);
  return chain.verdict === 'whole' ? EXIT.ok : EXIT.found;
}

/** Where the server of this installation publishes its keys; a running demo may have moved to another port. */
async function ownKeySetUrl(context: CommandContext): Promise<string> {
  const { config } = readInstallation(context);
  const address = (await readRunningAddress(config.dataDir)) ?? config.http.publicUrl;
  return `${address}/.well-known/jwks.json`;
}

async function readSmallFile(path: string): Promise<string> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw new UsageError(`The file ${path} can't be read (${error instanceof Error ? error.message : String(error)}).`);
  });
  if (size > FILE_BYTES_MAX) throw new UsageError(`The file ${path} has more than ${FILE_BYTES_MAX} bytes.`);
  return readFile(path, 'utf8');
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new Error(`The keys can't be fetched from ${url}. Save them to a file and give it with --keys.`, { cause });
    },
  );
  if (!response.ok) throw new Error(`${url} answered ${response.status} instead of the keys.`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(z.instanceof(Uint8Array).parse(chunk), { stream: true });
    if (text.length > FILE_BYTES_MAX) throw new Error(`${url} sends more than ${FILE_BYTES_MAX} bytes.`);
  }
  return text;
}

function parseKeySet(text: string, from: string): z.infer<typeof keySetSchema> {
  try {
    return keySetSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${from} holds no JSON Web Key Set (RFC 7517): {"keys": [ … ]}.`);
  }
}
