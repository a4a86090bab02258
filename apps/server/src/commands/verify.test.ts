import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from './command.ts';
import { runVerify } from './verify.ts';

/** Reports are written here by hand, as docs/wipes.md describes them: keys sorted, no white space. */
const reportOf = (place: number, previousSha256: string | null): string =>
  JSON.stringify({
    booking: { end: 'x', id: 'b', start: 'x' },
    certificateId: 'c',
    findings: [{ check: 'accounts', verdict: 'clean' }],
    issuedAt: `2026-11-2${String(place)}T10:00:00.000Z`,
    issuer: 'Marketplace',
    limits: 'many',
    machine: { hostKeyFingerprint: 'SHA256:abc', id: 'm' },
    notCovered: [],
    previousSha256,
    sanitization: { category: 'none' },
    statement: 'clean',
    steps: [],
    verdict: 'verified',
    version: 1,
  });

let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rsm-verify-'));
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1' };
  const exp = Date.parse('2026-11-23T00:00:00Z') / 1_000;
  writeFileSync(join(dir, 'keys.json'), JSON.stringify({ keys: [key] }));
  writeFileSync(join(dir, 'retired.json'), JSON.stringify({ keys: [{ ...key, exp }] }));
  mkdirSync(join(dir, 'empty'));
  for (const folder of ['chain', 'gap']) mkdirSync(join(dir, folder));
  let previous: string | null = null;
  for (const place of [1, 2, 3]) {
    const jws: string = await new CompactSign(new TextEncoder().encode(reportOf(place, previous)))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', typ: 'rsm-wipe-certificate+jws' })
      .sign(privateKey);
    previous = createHash('sha256').update(jws).digest('hex');
    // Named so that the folder's own order is another one.
    writeFileSync(join(dir, 'chain', `${String(9 - place)}.jws`), `${jws}\n`);
    if (place !== 2) writeFileSync(join(dir, 'gap', `${String(place)}.jws`), jws);
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('verify with a chain', () => {
  it('takes a folder, finds the order, and says what it can’t see', async () => {
    const { lines, status } = await verify(['chain']);
    expect(lines.slice(0, 4)).toEqual([
      'Chain valid: 3 reports of one machine from its first on, none missing between them, every signature valid.',
      '  8.jws: 2026-11-21T10:00:00.000Z, verified',
      '  7.jws: 2026-11-22T10:00:00.000Z, verified',
      '  6.jws: 2026-11-23T10:00:00.000Z, verified',
    ]);
    expect(lines[4]).toMatch(/The last of them has SHA-256 [0-9a-f]{64}\. Later ones can't be missed from here/);
    expect(status).toBe(0);
  });

  it('takes several files in their order, and names the ones that are out of it', async () => {
    expect(await verify(['chain/8.jws', 'chain/7.jws', 'chain/6.jws'])).toMatchObject({ status: 0 });
    const { lines, status } = await verify(['chain/8.jws', 'chain/6.jws', 'chain/7.jws']);
    expect(lines[0]).toBe('Chain not valid: 2 of 3 reports have something wrong.');
    expect(lines.join('\n')).toContain('it follows "7.jws", and that does not stand right before it');
    expect(status).toBe(1);
  });

  it('names the report after which one is missing', async () => {
    const { lines, status } = await verify(['gap']);
    expect(lines.join('\n')).toMatch(/3\.jws: .*\n {4}The report before it is missing or was changed/);
    expect(status).toBe(1);
  });

  it('names the report that a retired key signed too late', async () => {
    const { lines, status } = await verify(['chain'], 'retired.json');
    expect(lines.join('\n')).toMatch(/6\.jws: not valid\n {4}The key "key-1" was retired at 2026-11-23T00:00:00\.000Z/);
    expect(status).toBe(1);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no file at all', [], /Name a certificate file, or a folder/],
    ['a folder without reports', ['empty'], /holds no file that ends in \.jws/],
    ['a folder and a file', ['chain', 'chain/8.jws'], /Name one folder, or several files, not both/],
    ['a chain and a predecessor', ['chain', '--previous', 'chain/8.jws'], /a chain has its own order/],
  ])('refuses %s', async (_what, args, message) => {
    await expect(verify(args)).rejects.toThrow(message);
  });
});

async function verify(args: readonly string[], keys = 'keys.json') {
  const lines: string[] = [];
  const context: CommandContext = {
    env: {},
    rootDir: dir,
    workingDir: dir,
    uid: undefined,
    print: (line) => void lines.push(line),
    warn: (line) => void lines.push(line),
    stopped: new AbortController().signal,
    compose: async () => Promise.reject(new Error('Verifying needs no services.')),
  };
  return { status: await runVerify([...args, '--keys', keys], context), lines };
}
