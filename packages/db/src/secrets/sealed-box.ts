import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { SecretBox, SecretPlace } from '@rsm/domain/common/secret-box';

/** AES-256 takes 32 bytes; 96-bit random nonces and 128-bit tags are those of NIST SP 800-38D, 8.2.2 and 5.2.1.2. */
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'rsm1';

export type SealedBoxOptions = {
  /** Key-encryption keys by version, 32 bytes each. Old ones stay until everything was wrapped anew. */
  readonly keys: ReadonlyMap<number, Uint8Array>;
  /** The version that new seals are wrapped with. */
  readonly currentVersion: number;
};

/** Can't be opened: sealed for another place, changed, of an unknown key or not a seal. Never says which bytes. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * What a ciphertext is bound to. A JSON array, because a plain concatenation would give ("ab", "c") and ("a", "bc") the
 * same bytes.
 */
function binding(purpose: 'data' | 'key', place: SecretPlace, version: number | null): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, purpose, place.table, place.row, place.column, version]), 'utf8');
}

function encrypt(key: Uint8Array, plain: Uint8Array, boundTo: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, box: Buffer, boundTo: Buffer): Buffer {
  if (box.length < NONCE_BYTES + TAG_BYTES) throw new SealError('A sealed value is cut short.');
  const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(boundTo)
    .setAuthTag(box.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new SealError('A sealed value was changed, or belongs to another row or column.', { cause: error });
  }
}

/**
 * Seals secrets at rest. Each secret gets a data key of its own (AES-256-GCM), which is wrapped by the current
 * key-encryption key. Both layers are bound to table, row and column, so that a sealed value copied elsewhere does not
 * open. A seal reads `rsm1.<key version>.<wrapped data key>.<sealed secret>`, the last two in base64url.
 */
export class SealedBox implements SecretBox {
  readonly #keys: ReadonlyMap<number, Uint8Array>;
  readonly #currentVersion: number;

  /** @throws Error when a key has not 32 bytes, or the current version has no key. */
  constructor(options: SealedBoxOptions) {
    for (const [version, key] of options.keys) {
      if (!Number.isSafeInteger(version) || version < 1)
        throw new Error(`Key version ${version} is no positive integer.`);
      if (key.length !== KEY_BYTES) throw new Error(`Key version ${version} must have ${KEY_BYTES} bytes.`);
    }
    if (!options.keys.has(options.currentVersion))
      throw new Error(`There is no key of version ${options.currentVersion}.`);
    this.#keys = options.keys;
    this.#currentVersion = options.currentVersion;
  }

  /** Seals a text for one place. Two seals of the same text differ. */
  seal(secret: string, place: SecretPlace): string {
    const dataKey = randomBytes(KEY_BYTES);
    const sealed = encrypt(dataKey, Buffer.from(secret, 'utf8'), binding('data', place, null));
    return this.#format(dataKey, sealed, place);
  }

  /** @throws SealError when the seal was made for another place, was changed, or its key is unknown. */
  open(sealed: string, place: SecretPlace): string {
    const { dataKey, box } = this.#unwrap(sealed, place);
    return decrypt(dataKey, box, binding('data', place, null)).toString('utf8');
  }

  /**
   * Wraps the data key with the current key-encryption key and leaves the secret sealed as it is.
   * @throws SealError as `open` does
   */
  rewrap(sealed: string, place: SecretPlace): string {
    const { dataKey, box } = this.#unwrap(sealed, place);
    return this.#format(dataKey, box, place);
  }

  /** Whether a seal still needs an older key than the current one. */
  needsRewrap(sealed: string): boolean {
    return parse(sealed).version !== this.#currentVersion;
  }

  #format(dataKey: Uint8Array, box: Buffer, place: SecretPlace): string {
    const version = this.#currentVersion;
    const wrapped = encrypt(this.#keyOf(version), dataKey, binding('key', place, version));
    return [FORMAT, version, wrapped.toString('base64url'), box.toString('base64url')].join('.');
  }

  #unwrap(sealed: string, place: SecretPlace): { dataKey: Buffer; box: Buffer } {
    const { version, wrapped, box } = parse(sealed);
    return { dataKey: decrypt(this.#keyOf(version), wrapped, binding('key', place, version)), box };
  }

  #keyOf(version: number): Uint8Array {
    const key = this.#keys.get(version);
    if (!key)
      throw new SealError(`A sealed value needs the key-encryption key of version ${version}, which is not here.`);
    return key;
  }
}

function parse(sealed: string): { version: number; wrapped: Buffer; box: Buffer } {
  const match = /^rsm1\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(sealed);
  const [, version, wrapped, box] = match ?? [];
  if (version === undefined || wrapped === undefined || box === undefined)
    throw new SealError('This is no sealed value.');
  return { version: Number(version), wrapped: Buffer.from(wrapped, 'base64url'), box: Buffer.from(box, 'base64url') };
}
