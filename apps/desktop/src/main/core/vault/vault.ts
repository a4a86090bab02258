import { z } from 'zod';
import type { KeptFile } from '../files/kept-file.ts';
import type { Ports, SecretsPort } from '../ports.ts';

/**
 * Secrets by name, sealed by the operating system's key chain. There is no plain-text form: where nothing can be sealed, a
 * secret lives in memory, or is not taken at all.
 */
export interface Vault {
  /** Whether secrets can be kept beyond this run. */
  isAvailable(): Promise<boolean>;
  /** Null when there is none, or when it was sealed elsewhere. */
  get(name: string): Promise<string | null>;
  /** @throws VaultUnavailableError when nothing can be sealed; nothing is written then */
  put(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The names that begin with `prefix`. */
  names(prefix: string): Promise<readonly string[]>;
}

export class VaultUnavailableError extends Error {
  override readonly name = 'VaultUnavailableError';
}

const ENTRIES_MAX = 200;
const fileSchema = z.object({ version: z.literal(1), entries: z.record(z.string(), z.base64()) });
/** The name is sealed with the secret, so that nobody can put one server's session in another one's place. */
const entrySchema = z.object({ name: z.string(), secret: z.string() });

export function createVault(options: {
  readonly file: KeptFile;
  readonly secrets: SecretsPort;
  readonly log: Ports['log'];
}): Vault {
  const { file, secrets, log } = options;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each change reads the file, changes one entry and writes it. */
  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function entries(): Promise<Record<string, string>> {
    try {
      const text = await file.read();
      return text === null ? {} : fileSchema.parse(JSON.parse(text)).entries;
    } catch (error) {
      log({ event: 'vault_unreadable', detail: 'file', error });
      return {};
    }
  }

  async function keep(all: Record<string, string>): Promise<void> {
    await file.write(JSON.stringify({ version: 1, entries: all } satisfies z.infer<typeof fileSchema>));
  }

  async function isAvailable(): Promise<boolean> {
    try {
      return await secrets.isAvailable();
    } catch {
      return false;
    }
  }

  return {
    isAvailable,
    get: async (name) =>
      inTurn(async () => {
        const sealed = (await entries())[name];
        if (sealed === undefined || !(await isAvailable())) return null;
        try {
          const entry = entrySchema.parse(JSON.parse(await secrets.open(Buffer.from(sealed, 'base64'))));
          return entry.name === name ? entry.secret : null;
        } catch (error) {
          log({ event: 'vault_unreadable', detail: 'entry', error });
          return null;
        }
      }),
    put: async (name, secret) =>
      inTurn(async () => {
        if (!(await isAvailable())) throw new VaultUnavailableError('There is no key chain to seal with.');
        const all = await entries();
        if (!(name in all) && Object.keys(all).length >= ENTRIES_MAX) {
          throw new VaultUnavailableError(`The vault holds ${String(ENTRIES_MAX)} secrets already.`);
        }
        const entry: z.infer<typeof entrySchema> = { name, secret };
        const sealed = await secrets.seal(JSON.stringify(entry));
        await keep({ ...all, [name]: Buffer.from(sealed).toString('base64') });
      }),
    remove: async (name) =>
      inTurn(async () => {
        const { [name]: removed, ...rest } = await entries();
        if (removed !== undefined) await keep(rest);
      }),
    names: async (prefix) => inTurn(async () => Object.keys(await entries()).filter((name) => name.startsWith(prefix))),
  };
}
