import { safeStorage } from 'electron';
import type { SecretsPort } from '../core/ports.ts';

/** The operating system's key chain, through safeStorage in its asynchronous form. */
export function electronSecrets(): SecretsPort {
  return {
    isAvailable: async () => {
      // Where Linux has no key chain, Electron would seal with a key that lies in its own program file: that is plain text.
      if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false;
      return safeStorage.isAsyncEncryptionAvailable();
    },
    seal: async (text) => safeStorage.encryptStringAsync(text),
    open: async (sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed))).result,
  };
}
