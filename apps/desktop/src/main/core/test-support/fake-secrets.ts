import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretsPort } from '../ports.ts';

/** A key chain that can be locked. It really seals, so that a plain text in a file would be seen. */
export function fakeSecrets(): SecretsPort & { available: boolean } {
  const key = randomBytes(32);
  const port = {
    available: true,
    isAvailable: async () => port.available,
    seal: async (text: string) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: async (bytes: Uint8Array) => {
      const buffer = Buffer.from(bytes);
      const decipher = createDecipheriv('aes-256-gcm', key, buffer.subarray(0, 12));
      decipher.setAuthTag(buffer.subarray(12, 28));
      return Buffer.concat([decipher.update(buffer.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
  return port;
}
