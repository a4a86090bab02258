import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyCertificate } from '@rsm/hosts';
import { z } from 'zod';
import { readRunningAddress } from '../demo/running-address.ts';
import { EXIT, UsageError, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';

/** A certificate with all its steps has some ten kilobytes; the verifier reads no more than this either. */
const FILE_BYTES_MAX = 4 * 1_048_576;
const FETCH_TIMEOUT_MS = 10_000;

const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(1_000) });

/**
 * Checks the signature of a wipe certificate. It says who signed it and that nothing was changed since, and no more:
 * whether the machine is clean is what the certificate reports, not what a signature proves.
 */
export async function runVerify(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keys: { type: 'string' }, previous: { type: 'string' } },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError('Name one certificate file.');
  const jws = (await readSmallFile(resolve(context.workingDir, file))).trim();
  const keys = values.keys ?? (await ownKeySetUrl(context));
  const keySet = parseKeySet(
    /^https?:\/\//.test(keys) ? await download(keys) : await readSmallFile(resolve(context.workingDir, keys)),
    keys,
  );
  const previous =
    values.previous === undefined ? undefined : await readSmallFile(resolve(context.workingDir, values.previous));
  const check = await verifyCertificate({ jws, keySet, ...(previous === undefined ? {} : { previous }) });
  context.print(check.summary);
  for (const reason of check.reasons) context.print(`  ${reason}`);
  return check.signature === 'valid' && check.chain !== 'does_not_follow' ? EXIT.ok : EXIT.found;
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
