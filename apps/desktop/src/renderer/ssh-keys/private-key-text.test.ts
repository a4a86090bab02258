import { describe, expect, it } from 'vitest';
import { holdsPrivateKey } from './private-key-text.ts';

const OPENSSH_BODY = btoa('openssh-key-v1\0rest of a key');

describe('a private key that was pasted by mistake', () => {
  it.each([
    ['OpenSSH', `-----BEGIN OPENSSH PRIVATE KEY-----\n${OPENSSH_BODY}\n-----END OPENSSH PRIVATE KEY-----`],
    ['PKCS#1', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
    ['PKCS#8', '-----BEGIN PRIVATE KEY-----\nMC4C'],
    ['encrypted PKCS#8', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF'],
    ['EC', '-----BEGIN EC PRIVATE KEY-----\nMHcC'],
    ['PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none'],
    ['the tail of a PuTTY file', 'Private-Lines: 1\nAAAA'],
    ['small letters', '-----begin openssh private key-----'],
    ['one whose line breaks were lost', '-----BEGIN OPENSSH PRIVATE KEY----- b3Bl'],
    ['a bare body', OPENSSH_BODY],
    ['a bare body over several lines', OPENSSH_BODY.replaceAll(/(.{7})/g, '$1\n')],
    ['a private key below a public one', 'ssh-ed25519 AAAA me\n-----BEGIN OPENSSH PRIVATE KEY-----'],
  ])('is seen: %s', (_form, text) => {
    expect(holdsPrivateKey(text)).toBe(true);
  });

  it.each([
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDk9 me@laptop',
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ',
    'sk-ssh-ed25519@openssh.com AAAAGnNr key of my private laptop',
    '-----BEGIN PUBLIC KEY-----\nMCow',
    '',
  ])('is not seen in %j', (text) => {
    expect(holdsPrivateKey(text)).toBe(false);
  });
});
