import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { ParsedSshKey, SshKeyParser } from '@rsm/domain/ssh-keys/ssh-key';
import { fingerprintOf } from '../ssh/host-key.ts';
import { SshBlobReader } from './ssh-blob-reader.ts';

/** NIST SP 800-57 part 1 rev. 5, table 2: 3072 bits are the RSA size for 128 bits of security. */
export const RSA_BITS_MIN = 3_072;
/** OpenSSH's own maximum (SSHBUF_MAX_BIGNUM). */
const RSA_BITS_MAX = 16_384;
export const SSH_KEY_TEXT_LENGTH_MAX = 16_384;
const COMMENT_LENGTH_MAX = 200;

const REMEDY =
  'Paste the one line of your public key file, such as ~/.ssh/id_ed25519.pub. It begins with “ssh-ed25519”.';

/**
 * Reads OpenSSH public keys as people paste them. Every byte of the key is checked, not only its name, so that nothing
 * but a key can reach an authorized_keys file.
 */
export function createSshKeyParser(): SshKeyParser {
  return { parse: parseSshKey };
}

function parseSshKey(text: string): ParsedSshKey {
  if (text.length > SSH_KEY_TEXT_LENGTH_MAX) throw refuse('This is too long for a public key.');
  if (/PRIVATE KEY/i.test(text)) {
    throw refuse('This is a private key. It must never leave your computer, and we did not keep it.');
  }
  if (/-{4,5} ?BEGIN /.test(text))
    throw refuse(
      'This key is in another file format (PEM or SSH2).',
      'Convert it with “ssh-keygen -i -f file”, and paste what that prints.',
    );
  const line = text.trim();
  if (line === '') throw refuse('There is no key in this text.');
  if (/[\r\n]/.test(line)) throw refuse('This text has several lines; add one key at a time.');
  if (/[^\P{Cc}\t]/u.test(line)) throw refuse('This text holds control characters.');

  const [keyType = '', base64 = '', ...rest] = line.split(/[ \t]+/);
  const readBody = Object.hasOwn(keyBodies, keyType) ? keyBodies[keyType] : undefined;
  if (readBody === undefined) throw refuseType(keyType, line);
  const blob = Buffer.from(base64, 'base64');
  if (blob.length === 0 || blob.toString('base64') !== base64)
    throw refuse('The key is cut off or damaged (its base64 part can’t be read).');
  const reader = new SshBlobReader(blob);
  try {
    if (reader.text() !== keyType) throw new RangeError('another type inside');
    readBody(reader);
    reader.end();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw refuse('The key is damaged: its content does not fit its type.', REMEDY, error);
  }
  return {
    publicKey: `${keyType} ${base64}`,
    fingerprint: fingerprintOf(blob),
    comment: rest.join(' ').slice(0, COMMENT_LENGTH_MAX),
  };
}

/** What follows the type name in each kind of key that we accept (RFC 4253, 5656, 8709; OpenSSH PROTOCOL.u2f). */
const keyBodies: Readonly<Record<string, ((reader: SshBlobReader) => void) | undefined>> = Object.freeze({
  'ssh-ed25519': readEd25519,
  'sk-ssh-ed25519@openssh.com': (reader: SshBlobReader) => {
    readEd25519(reader);
    readApplication(reader);
  },
  'ecdsa-sha2-nistp256': (reader: SshBlobReader) => readEcdsa(reader, 'nistp256', 'P-256'),
  'ecdsa-sha2-nistp384': (reader: SshBlobReader) => readEcdsa(reader, 'nistp384', 'P-384'),
  'ecdsa-sha2-nistp521': (reader: SshBlobReader) => readEcdsa(reader, 'nistp521', 'P-521'),
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader: SshBlobReader) => {
    readEcdsa(reader, 'nistp256', 'P-256');
    readApplication(reader);
  },
  'ssh-rsa': readRsa,
});

function readEd25519(reader: SshBlobReader): void {
  if (reader.bytes().length !== 32) throw new RangeError('An ed25519 key has 32 bytes.');
}

/** The application of a security key, `ssh:` unless the owner chose another one. */
function readApplication(reader: SshBlobReader): void {
  if (!/^ssh:[\x21-\x7e]{0,100}$/.test(reader.text()))
    throw new RangeError('The application of a security key begins with “ssh:”.');
}

function readEcdsa(reader: SshBlobReader, curve: string, jwkCurve: string): void {
  if (reader.text() !== curve) throw new RangeError('another curve inside');
  const point = reader.bytes();
  const half = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(half)) throw new RangeError('The point is not in uncompressed form.');
  const jwk: JsonWebKey = {
    kty: 'EC',
    crv: jwkCurve,
    x: point.subarray(1, 1 + half).toString('base64url'),
    y: point.subarray(1 + half).toString('base64url'),
  };
  // OpenSSL throws when the point is not on the curve.
  createPublicKey({ key: jwk, format: 'jwk' });
}

function readRsa(reader: SshBlobReader): void {
  const exponent = reader.positiveInteger();
  const modulus = reader.positiveInteger();
  const bits = modulus.toString(2).length;
  if (bits < RSA_BITS_MIN) {
    throw refuse(
      `This RSA key has ${bits} bits; at least ${RSA_BITS_MIN} are needed.`,
      'Make a new key with “ssh-keygen -t ed25519” and paste its .pub file.',
    );
  }
  if (
    bits > RSA_BITS_MAX ||
    exponent < 3n ||
    exponent % 2n === 0n ||
    exponent.toString(2).length > 64 ||
    modulus % 2n === 0n
  ) {
    throw new RangeError('No RSA key has these numbers.');
  }
}

function refuseType(keyType: string, line: string): DomainError {
  if (keyType === 'ssh-dss')
    return refuse(
      'DSA keys are no longer safe, and current OpenSSH refuses them.',
      'Make a new key with “ssh-keygen -t ed25519”.',
    );
  if (keyType.endsWith('-cert-v01@openssh.com'))
    return refuse('This is a certificate, not a public key.', 'Paste the .pub file that has no “-cert” in its name.');
  const knownLater = Object.keys(keyBodies).some((name) => line.includes(` ${name} `));
  if (knownLater) return refuse('Options before the key are not accepted.', 'Remove everything before the key’s type.');
  return refuse(
    'This is not an SSH public key of a type that we accept (ed25519, ECDSA, RSA from 3072 bits, security keys).',
  );
}

function refuse(message: string, remedy: string = REMEDY, cause?: unknown): DomainError {
  return new DomainError('invalid_ssh_key', message, { field: 'publicKey', remedy, cause });
}
