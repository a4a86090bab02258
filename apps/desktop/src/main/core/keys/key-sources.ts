import type { ParsedKey } from 'ssh2';

/** A place of this computer that holds private keys. */
export interface PrivateKeySource {
  /** The keys among the wanted fingerprints that can be used without a passphrase. */
  find(wanted: ReadonlySet<string>): Promise<readonly { readonly fingerprint: string; readonly key: ParsedKey }[]>;
}
