import { z } from 'zod';
import type { LocalKey } from '../../../shared/bridge.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import { fingerprintOf } from '../ssh/host-key.ts';
import { VaultUnavailableError, type Vault } from '../vault/vault.ts';
import type { KeyPair } from './key-pair.ts';
import type { PrivateKeySource } from './key-sources.ts';
import { parsePrivateKey, publicLineOf } from './parsed-key.ts';

/** Key pairs that the operating system's key chain seals. */
export interface VaultKeys extends PrivateKeySource {
  list(): Promise<readonly LocalKey[]>;
  /** @throws BridgeRefusal key_chain_unavailable */
  add(name: string, pair: KeyPair): Promise<LocalKey>;
  /** Nothing happens when there is none. */
  remove(fingerprint: string): Promise<void>;
}

const PREFIX = 'ssh-key:';
const entrySchema = z.object({ name: z.string(), privateKey: z.string() });

export function createVaultKeys(vault: Vault): VaultKeys {
  async function read(fingerprint: string) {
    const text = await vault.get(PREFIX + fingerprint);
    if (text === null) return null;
    const entry = entrySchema.parse(JSON.parse(text));
    const key = parsePrivateKey(entry.privateKey);
    return key === null ? null : { name: entry.name, key };
  }

  return {
    list: async () => {
      const keys: LocalKey[] = [];
      for (const name of await vault.names(PREFIX)) {
        const fingerprint = name.slice(PREFIX.length);
        const found = await read(fingerprint);
        if (found === null) continue;
        keys.push({ fingerprint, name: found.name, publicKey: publicLineOf(found.key), place: 'key_chain' });
      }
      return keys;
    },
    add: async (name, pair) => {
      const key = parsePrivateKey(pair.privateKey);
      if (key === null) throw new Error('A pair that was just made can’t be read.');
      const fingerprint = fingerprintOf(key.getPublicSSH());
      const entry: z.infer<typeof entrySchema> = { name, privateKey: pair.privateKey };
      try {
        await vault.put(PREFIX + fingerprint, JSON.stringify(entry));
      } catch (error) {
        if (!(error instanceof VaultUnavailableError)) throw error;
        throw refusal('key_chain_unavailable', 'This computer’s key chain can’t be used, so no key was made.', {
          field: 'place',
          remedy: 'Choose ~/.ssh instead, or unlock the key chain and try again.',
          cause: error,
        });
      }
      return { fingerprint, name, publicKey: publicLineOf(key), place: 'key_chain' };
    },
    remove: async (fingerprint) => vault.remove(PREFIX + fingerprint),
    find: async (wanted) => {
      const names = new Set(await vault.names(PREFIX));
      const keys = [];
      for (const fingerprint of wanted) {
        const found = names.has(PREFIX + fingerprint) ? await read(fingerprint) : null;
        if (found !== null) keys.push({ fingerprint, key: found.key });
      }
      return keys;
    },
  };
}
