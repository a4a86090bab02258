import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '@rsm/domain/common/instant';
import { createCertificateIssuer } from './certificate-issuer.ts';
import { generateCertificateKey } from './generate-certificate-key.ts';
import { identity, subject } from './sample-subject.fixture.ts';

/*
 * Runs the page docs/verify-certificate.md as it stands: its files are written, its commands are given to a shell, in a folder that has
 * nothing of ours but a report and the keys.
 */
const page = readFileSync(join(import.meta.dirname, '../../../../../docs/verify-certificate.md'), 'utf8');
const blocks = (kind: string): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, name]) => name === kind).map(([, , text = '']) => text);
const [script = ''] = blocks('js');
const [withJose = '', withOpenssl = '', hash = ''] = blocks('sh');

let dir: string;
let jws: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rsm-recipe-'));
  // What `npm install jose` brings.
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(packageFolder('jose'), join(dir, 'node_modules', 'jose'));
  writeFileSync(join(dir, 'check-report.mjs'), script);
  const key = await generateCertificateKey();
  const issuer = createCertificateIssuer({ keys: [key], identity });
  ({ jws } = await issuer.issue(subject()));
  writeFileSync(join(dir, 'keys.json'), JSON.stringify(issuer.publicKeySet()));
  const keys = [await generateCertificateKey(), { ...key, retired: true, retiredAt: instant(10_000) } as const];
  writeFileSync(join(dir, 'retired.json'), JSON.stringify(createCertificateIssuer({ keys, identity }).publicKeySet()));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const recipes = [
  { name: 'Node and jose', commands: withJose, needs: [], good: /^Signature valid, key /m },
  {
    name: 'Python and OpenSSL',
    commands: withOpenssl,
    needs: ['python3', 'openssl'],
    good: /Signature Verified Success/,
  },
] as const;

describe.each(recipes)('the recipe with $name', ({ commands, good, needs }) => {
  const missing = needs.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  const expectRefused = (at: number): void => {
    const { out, status } = run(commands, changedAt(at));
    expect(status, `byte ${String(at)}: ${out}`).not.toBe(0);
    expect(out).not.toMatch(good);
  };

  test('finds a report valid, and not with a changed byte', (context) => {
    if (missing.length > 0) context.skip(`this computer has no ${missing.join(', ')}`);
    const honest = run(commands, jws);
    expect(honest.out).toMatch(good);
    expect(honest.status).toBe(0);
    expectRefused(jws.indexOf('.') + 40);
  });

  test(
    'nor with one in its header, its signature or its last place, nor with a retired key',
    { tags: 'deep' },
    (context) => {
      if (missing.length > 0) context.skip(`this computer has no ${missing.join(', ')}`);
      for (const at of [5, jws.lastIndexOf('.') + 10, jws.length - 1]) expectRefused(at);
      const retired = run(commands.replace('keys.json', 'retired.json'), jws);
      expect(retired.status).not.toBe(0);
      expect(retired.out).toContain('ey was retired before it was issued');
    },
  );
});

test('the hash of the page is the one that the next report names', (context) => {
  if (spawnSync('openssl', ['--help']).error !== undefined) context.skip('this computer has no openssl');
  expect(run(hash, jws).out).toContain(createHash('sha256').update(jws).digest('hex'));
});

/** With the line break that the program writes at the end of the file. */
function run(commands: string, report: string): { readonly out: string; readonly status: number | null } {
  writeFileSync(join(dir, 'report.jws'), `${report}\n`);
  const { status, stderr, stdout } = spawnSync('sh', ['-e', '-c', commands], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter) },
  });
  return { out: stdout + stderr, status };
}

/** The next letter: in the last place it differs from the right one in bits that carry nothing. */
function changedAt(at: number): string {
  return `${jws.slice(0, at)}${String.fromCharCode(jws.charCodeAt(at) + 1)}${jws.slice(at + 1)}`;
}

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
