import { describe, expect, it } from 'vitest';
import { keyTypeOf } from './key-type.ts';

function field(bytes: readonly number[]): readonly number[] {
  const length = bytes.length;
  return [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, ...bytes];
}

const bytesOf = (text: string): readonly number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
const fromBase64Url = (text: string): readonly number[] =>
  bytesOf(atob(text.replaceAll('-', '+').replaceAll('_', '/')));

/** A public key line as RFC 4253 writes it, from a key that the platform's own cryptography made. */
async function rsaLine(modulusLength: number): Promise<string> {
  const pair = await crypto.subtle.generateKey(
    { name: 'RSA-PSS', modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  );
  const { n = '', e = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const blob = [...field(bytesOf('ssh-rsa')), ...field(fromBase64Url(e)), ...field([0, ...fromBase64Url(n)])];
  return `ssh-rsa ${btoa(String.fromCodePoint(...blob))}`;
}

describe('the type of a key', () => {
  it.each([
    ['ssh-ed25519 AAAA', 'Ed25519'],
    ['ecdsa-sha2-nistp384 AAAA', 'ECDSA, P-384'],
    ['sk-ssh-ed25519@openssh.com AAAA', 'Ed25519 on a security key'],
    ['ssh-something AAAA', 'ssh-something'],
  ])('of %j is %j', (line, type) => {
    expect(keyTypeOf(line)).toBe(type);
  });

  it.each([1024, 2048])('counts the bits of an RSA key of %i', async (bits) => {
    expect(keyTypeOf(await rsaLine(bits))).toBe(`RSA, ${bits.toLocaleString('en')} bits`);
  });

  it.each(['ssh-rsa', 'ssh-rsa !!', 'ssh-rsa AAAA', 'ssh-rsa AAAAB3NzaC1yc2EAAAD/'])(
    'says RSA alone for %j',
    (line) => {
      expect(keyTypeOf(line)).toBe('RSA');
    },
  );
});
