import type { KeyPlace, LocalKey } from '../../../shared/bridge.ts';
import { makeKeyPair } from './key-pair.ts';
import type { SshFolder } from './ssh-folder.ts';
import type { VaultKeys } from './vault-keys.ts';

/** The key pairs of this computer. */
export interface LocalKeys {
  list(): Promise<readonly LocalKey[]>;
  /** @throws BridgeRefusal key_chain_unavailable, file_failed */
  create(input: { readonly name: string; readonly place: KeyPlace }): Promise<LocalKey>;
  /** Files of `~/.ssh` are the person's own and stay. */
  remove(fingerprint: string): Promise<void>;
}

export function createLocalKeys(options: { readonly inVault: VaultKeys; readonly inFolder: SshFolder }): LocalKeys {
  const { inVault, inFolder } = options;
  return {
    list: async () => [...(await inVault.list()), ...(await inFolder.list())],
    create: async ({ name, place }) => {
      const pair = makeKeyPair(name);
      return place === 'key_chain' ? inVault.add(name, pair) : inFolder.add(name, pair);
    },
    remove: async (fingerprint) => inVault.remove(fingerprint),
  };
}
