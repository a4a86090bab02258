import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigProblem, Environment } from './environment.ts';
import { parseRetiredKeys, type RetiredKey } from './retired-keys.ts';

export interface KeyEncryptionKey {
  readonly version: number;
  /** 32 bytes, for AES-256. */
  readonly key: Uint8Array;
}

export interface Secrets {
  /** The current one first; older ones open what they have sealed. */
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]];
  /** PKCS #8 PEM (RFC 5958) of an Ed25519 key. */
  readonly certificateSigningKeyPem: string;
  /** Keys that signed certificates once; they stay in the published key set, with the time from which on they don't count. */
  readonly certificateRetiredKeys: readonly RetiredKey[];
  readonly sessionSecret: string;
}

const SECRET_NAMES = ['SECRETS_KEKS', 'CERTIFICATE_SIGNING_KEY', 'CERTIFICATE_RETIRED_KEYS', 'SESSION_SECRET'] as const;
type SecretName = (typeof SECRET_NAMES)[number];

const SESSION_SECRET_CHARS_MIN = 32;
const KEK_BYTES = 32;

/** `2:base64,1:base64`: the version beside each key, the current one first. */
function parseKeks(text: string): readonly [KeyEncryptionKey, ...KeyEncryptionKey[]] | undefined {
  const keys = text
    .trim()
    .split(',')
    .map((part) => {
      const [, version, encoded] = /^\s*(\d{1,6}):([A-Za-z0-9+/=]+)\s*$/.exec(part) ?? [];
      return { version: Number(version ?? Number.NaN), key: new Uint8Array(Buffer.from(encoded ?? '', 'base64')) };
    });
  const [current, ...older] = keys;
  const sound = keys.every(({ version, key }) => Number.isSafeInteger(version) && key.length === KEK_BYTES);
  const distinct = new Set(keys.map(({ version }) => version)).size === keys.length;
  return current !== undefined && sound && distinct ? [current, ...older] : undefined;
}

function isEd25519(pem: string, parse: (pem: string) => { readonly asymmetricKeyType?: string | undefined }): boolean {
  try {
    return parse(pem).asymmetricKeyType === 'ed25519';
  } catch {
    // The error of OpenSSL may quote the key; the caller's text says what is wanted.
    return false;
  }
}

/** Secrets that somebody else has made. */
type ForeignSecretName = 'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET';

/** The text of a secret, from the variable itself or from the file that its `_FILE` twin names; undefined when it is not there. */
export function readSecretText(
  name: SecretName | ForeignSecretName,
  values: Environment,
  problems: ConfigProblem[],
): string | undefined {
  const own = values[name];
  const file = values[`${name}_FILE`];
  if (own !== undefined && file !== undefined) {
    const message = `${name} and ${name}_FILE are both set.`;
    problems.push({ variable: name, message, remedy: 'Keep one of them.' });
    return undefined;
  }
  if (file === undefined) return own;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `The file ${file} can't be read (${error instanceof Error ? error.message : String(error)}).`;
    problems.push({ variable: `${name}_FILE`, message, remedy: 'Name a file that this user can read.' });
    return undefined;
  }
}

/** The texts of the four secrets that are ours. */
function readTexts(values: Environment, problems: ConfigProblem[]): Map<SecretName, string> {
  const texts = new Map<SecretName, string>();
  for (const name of SECRET_NAMES) {
    const text = readSecretText(name, values, problems);
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** A text kept in a file of ours that only we can read; made on the first call, the same ever after. */
function kept(dir: string, name: string, make: () => string): string {
  const file = join(dir, name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  // Only this folder is closed: the one above holds the database too, whose user is another one when we are root.
  mkdirSync(dirname(dir), { recursive: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, make(), { mode: 0o600 });
  try {
    // A link appears whole or not at all: a process that starts beside us never reads half a key.
    linkSync(draft, file);
  } catch (error) {
    // Another process of the demo was faster: its key is the one.
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function generated(name: SecretName, dir: string): string | undefined {
  switch (name) {
    case 'SECRETS_KEKS':
      return kept(dir, 'keks', () => `1:${randomBytes(KEK_BYTES).toString('base64')}`);
    case 'CERTIFICATE_SIGNING_KEY':
      return kept(dir, 'certificate-signing-key.pem', () =>
        generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      );
    case 'SESSION_SECRET':
      return kept(dir, 'session-secret', () => randomBytes(48).toString('base64'));
    case 'CERTIFICATE_RETIRED_KEYS':
      return undefined;
  }
}

/**
 * Reads the secrets and checks the form of those that are there. With `generateIn`, missing ones are made and kept in that
 * folder (mode 0600). Returns undefined when one is missing or wrong, and adds to `problems` what is wrong; no text ever
 * holds a secret.
 */
export function readSecrets(
  values: Environment,
  problems: ConfigProblem[],
  generateIn: string | undefined,
): Secrets | undefined {
  const before = problems.length;
  const texts = readTexts(values, problems);
  const textOf = (name: SecretName): string | undefined =>
    texts.get(name) ?? (generateIn === undefined ? undefined : generated(name, generateIn));

  const keksText = textOf('SECRETS_KEKS');
  const keks = keksText === undefined ? undefined : parseKeks(keksText);
  if (keksText !== undefined && keks === undefined) {
    problems.push({
      variable: 'SECRETS_KEKS',
      message: 'Must be one or more keys of 32 bytes as version:base64, the current one first, separated by commas.',
      remedy: 'Make one with `echo "1:$(openssl rand -base64 32)"`.',
    });
  }
  const certificateSigningKeyPem = textOf('CERTIFICATE_SIGNING_KEY');
  if (certificateSigningKeyPem !== undefined && !isEd25519(certificateSigningKeyPem, createPrivateKey)) {
    problems.push({
      variable: 'CERTIFICATE_SIGNING_KEY',
      message: 'Must be an Ed25519 private key in PEM form (PKCS #8).',
      remedy: 'Make one with `openssl genpkey -algorithm ed25519`.',
    });
  }
  const certificateRetiredKeys = parseRetiredKeys(textOf('CERTIFICATE_RETIRED_KEYS') ?? '');
  if (certificateRetiredKeys === undefined) {
    problems.push({
      variable: 'CERTIFICATE_RETIRED_KEYS',
      message:
        'Must be Ed25519 public keys in PEM form, one after the other, each below a line `Retired: 2026-11-20T10:00:00Z` with the time from which on it signs nothing.',
      remedy:
        'Make the public half of an old key with `openssl pkey -in old.pem -pubout`, and write the line above it.',
    });
  }
  const sessionSecret = textOf('SESSION_SECRET')?.trim();
  if (sessionSecret !== undefined && sessionSecret.length < SESSION_SECRET_CHARS_MIN) {
    problems.push({
      variable: 'SESSION_SECRET',
      message: `Must be at least ${SESSION_SECRET_CHARS_MIN} characters long.`,
      remedy: 'Make one with `openssl rand -base64 48`.',
    });
  }
  if (keks === undefined || certificateSigningKeyPem === undefined || sessionSecret === undefined) return undefined;
  if (certificateRetiredKeys === undefined || problems.length > before) return undefined;
  return { keyEncryptionKeys: keks, certificateSigningKeyPem, certificateRetiredKeys, sessionSecret };
}
