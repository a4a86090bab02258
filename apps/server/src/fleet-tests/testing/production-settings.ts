import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SystemUser } from './system-programs.ts';

/**
 * What docs/operations.md tells an operator to set, however the processes are started: secrets in files that only `user` reads.
 * @param folder where the files go
 */
export async function productionSettings(
  folder: string,
  { gid, uid }: SystemUser,
): Promise<Readonly<Record<string, string>>> {
  const own = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    await chown(file, uid, gid);
    return file;
  };
  const signingKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  return {
    RSM_MODE: 'production',
    CONTROL_ADDRESSES: '10.20.255.1',
    PROVIDER_APPROVAL: 'automatic',
    SECRETS_KEKS_FILE: await own('keks', `1:${randomBytes(32).toString('base64')}\n`),
    CERTIFICATE_SIGNING_KEY_FILE: await own('signing.pem', String(signingKey)),
    SESSION_SECRET_FILE: await own('session-secret', randomBytes(48).toString('base64')),
  };
}
