import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import { createKeyPairMaker } from './key-pair-maker.ts';
import { recordedKeys } from './recorded-keys.fixture.ts';
import { createSshKeyParser, SSH_KEY_TEXT_LENGTH_MAX } from './ssh-key-parser.ts';

const parser = createSshKeyParser();
/** An SSH blob from fields. */
function blob(...fields: (string | Buffer)[]): string {
  const parts = fields.map((field) => {
    const bytes = typeof field === 'string' ? Buffer.from(field) : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(parts).toString('base64');
}

function refusal(text: string): DomainError {
  try {
    parser.parse(text);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
}

/** The key that was read, or the code of the refusal. */
function outcomeOf(text: string): string {
  try {
    return parser.parse(text).publicKey;
  } catch (error) {
    return error instanceof DomainError ? error.code : 'another error';
  }
}

const good = `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(32, 7))}`;

describe('the SSH key parser', () => {
  it.each(['ed25519 256', 'ecdsa 256', 'ecdsa 384', 'ecdsa 521', 'rsa 3072'] as const)(
    'reads what ssh-keygen writes, with the same fingerprint: %s',
    (kind) => {
      const { line, fingerprint } = recordedKeys[kind];
      expect(parser.parse(`${line}\n`)).toEqual({
        publicKey: line.split(' ').slice(0, 2).join(' '),
        fingerprint,
        comment: 'ada@example.org',
      });
    },
  );

  it('reads security keys', () => {
    const ed = `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:')}`;
    expect(parser.parse(ed).publicKey).toBe(ed);
    const [, ecdsa = ''] = recordedKeys['ecdsa 256'].line.split(' ');
    const point = Buffer.from(ecdsa, 'base64').subarray(-65);
    const sk = `sk-ecdsa-sha2-nistp256@openssh.com ${blob('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point, 'ssh:work')}`;
    expect(parser.parse(sk).publicKey).toBe(sk);
  });

  it('forgives white space around the key and keeps a comment with spaces', () => {
    expect(parser.parse(`\n  ${good}   my   laptop \r\n`)).toMatchObject({ publicKey: good, comment: 'my laptop' });
  });

  it.each([
    ['nothing', '   ', /no key/],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /private key/],
    ['a PEM public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /another file format/],
    ['an SSH2 file', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', /another file format/],
    ['two keys', `${good}\n${good}`, /several lines/],
    ['a hidden second line', `${good}\r${good}`, /several lines/],
    ['control characters', `${good} a\u001b[2J`, /control characters/],
    ['a NUL byte', `${good}\0`, /control characters/],
    ['a forced command', `command="id" ${good} x`, /Options before the key/],
    ['an option', `restrict,pty ${good} x`, /Options before the key/],
    ['a certificate', 'ssh-ed25519-cert-v01@openssh.com AAAA', /certificate/],
    ['DSA', 'ssh-dss AAAAB3NzaC1kc3M=', /DSA/],
    ['another type', 'ssh-foo AAAA', /not an SSH public key/],
    ['a word of JavaScript', 'constructor AAAA', /not an SSH public key/],
    ['a word', 'hello', /not an SSH public key/],
    ['a key that is cut off', good.slice(0, -5), /damaged/],
    ['no base64', 'ssh-ed25519 ????', /damaged/],
    ['one type outside and another inside', `ssh-ed25519 ${blob('ssh-rsa', Buffer.alloc(32))}`, /damaged/],
    ['a key of the wrong length', `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(31))}`, /damaged/],
    ['bytes after the key', `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(32), 'more')}`, /damaged/],
    [
      'a point that is not on the curve',
      `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 9)]))}`,
      /damaged/,
    ],
    [
      'a security key for a web site',
      `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32), 'https://bank.example')}`,
      /damaged/,
    ],
    [
      'an even RSA exponent',
      `ssh-rsa ${blob('ssh-rsa', Buffer.from([2]), Buffer.concat([Buffer.from([0]), Buffer.alloc(384, 0xff)]))}`,
      /damaged/,
    ],
    ['endless text', 'a'.repeat(SSH_KEY_TEXT_LENGTH_MAX + 1), /too long/],
  ])('refuses %s, and says what to do', (_what, text, message) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'invalid_ssh_key', field: 'publicKey' });
    expect(error.message).toMatch(message);
    expect(error.remedy).toBeTruthy();
  });

  it('refuses RSA keys below 3072 bits', () => {
    expect(refusal(recordedKeys['rsa 2048'].line).message).toBe(
      'This RSA key has 2048 bits; at least 3072 are needed.',
    );
  });

  it('never repeats a private key in its error', () => {
    expect(JSON.stringify(refusal('-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n'))).not.toContain('c2VjcmV0');
  });

  it('answers any text with a key or a clear refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `ssh-rsa ${text}`),
          fc.base64String().map((text) => `ecdsa-sha2-nistp256 ${text}`),
        ),
        (text) => {
          expect(outcomeOf(text)).toMatch(/^([\w@.-]+ [\w+/]+=*|invalid_ssh_key)$/);
        },
      ),
    );
  });
});

describe('the key pair maker', () => {
  it('makes pairs that our parser reads', () => {
    expect(parser.parse(createKeyPairMaker().make('rsm control 0190').publicKey).comment).toBe('rsm control 0190');
  });

  it('refuses a comment that could break out of its line', () => {
    expect(() => createKeyPairMaker().make('a\nssh-ed25519 AAAA')).toThrow(RangeError);
  });
});
