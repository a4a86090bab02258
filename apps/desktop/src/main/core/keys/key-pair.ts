import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';

const KEY_TYPE = 'ssh-ed25519';
/** Cipher block size that the unencrypted form pads to (OpenSSH PROTOCOL.key, section 3). */
const PADDING_BLOCK_BYTES = 8;
const BASE64_LINE_LENGTH = 70;

const jwkSchema = z.object({ x: z.string(), d: z.string() });

export interface KeyPair {
  /** One line of a .pub file, without its end. */
  readonly publicKey: string;
  /** A private key file. */
  readonly privateKey: string;
}

/**
 * Makes an ed25519 pair in OpenSSH's own format (OpenSSH PROTOCOL.key, RFC 8709).
 *
 * Written here because ssh2's generator drops leading zero bytes of the public key, so that one pair in 256 can't be read again.
 * @throws RangeError when the comment could break out of the one line of an authorized_keys file
 */
export function makeKeyPair(comment: string): KeyPair {
  if (!/^[\w@:.+ -]{0,200}$/.test(comment))
    throw new RangeError('A key comment holds letters, digits and @:.+_- only.');
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = jwkSchema.parse(privateKey.export({ format: 'jwk' }));
  const publicBytes = Buffer.from(jwk.x, 'base64url');
  const seed = Buffer.from(jwk.d, 'base64url');
  const publicBlob = Buffer.concat([field(KEY_TYPE), field(publicBytes)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    field(KEY_TYPE),
    field(publicBytes),
    field(Buffer.concat([seed, publicBytes])),
    field(comment),
  ]);
  const padding = Buffer.from(
    Array.from(
      { length: (PADDING_BLOCK_BYTES - (secret.length % PADDING_BLOCK_BYTES)) % PADDING_BLOCK_BYTES },
      (_, index) => index + 1,
    ),
  );
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString('base64').match(new RegExp(`.{1,${String(BASE64_LINE_LENGTH)}}`, 'g')) ?? [];
  return {
    publicKey: `${KEY_TYPE} ${publicBlob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`,
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
  };
}

/** An SSH `string`: its length in four bytes, then the bytes (RFC 4251, section 5). */
function field(content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
