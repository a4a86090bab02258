import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeSecrets } from '../test-support/fake-secrets.ts';
import { memoryFile } from '../test-support/memory-file.ts';
import { createVault } from '../vault/vault.ts';
import { makeKeyPair } from './key-pair.ts';
import { createLocalKeys } from './local-keys.ts';
import { parsePrivateKey, parsePublicKey } from './parsed-key.ts';
import { createSshFolder } from './ssh-folder.ts';
import { createVaultKeys } from './vault-keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rsm-keys-'));
});
afterEach(async () => rm(home, { recursive: true }));

function setUp() {
  const file = memoryFile();
  const secrets = fakeSecrets();
  const inVault = createVaultKeys(createVault({ file, secrets, log: () => undefined }));
  const inFolder = createSshFolder(home);
  return { file, secrets, inVault, inFolder, keys: createLocalKeys({ inVault, inFolder }) };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('key pairs of this computer', () => {
  it('are made in ~/.ssh with the rights that ssh wants, and ssh-keygen reads them', async () => {
    const { keys } = setUp();
    const made = await keys.create({ name: 'My laptop', place: 'ssh_folder' });
    expect(made).toMatchObject({ name: 'rsm_my_laptop', place: 'ssh_folder' });
    const file = join(home, '.ssh/rsm_my_laptop');
    expect(await modeOf(join(home, '.ssh'))).toBe(0o700);
    expect(await modeOf(file)).toBe(0o600);
    expect(await readFile(`${file}.pub`, 'utf8')).toBe(`${made.publicKey} My laptop\n`);
    // ssh-keygen judges the format, and that both halves belong together.
    expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(
      `${made.publicKey} My laptop`,
    );
    expect(execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' })).toContain(made.fingerprint);
    expect(await keys.list()).toEqual([made]);
  });

  it('never replace a file that is there, be it only one half or a link', async () => {
    await mkdir(join(home, '.ssh'));
    await writeFile(join(home, '.ssh/rsm_laptop'), 'precious');
    await writeFile(join(home, '.ssh/rsm_laptop_2.pub'), 'precious too');
    await symlink(join(home, 'elsewhere'), join(home, '.ssh/rsm_laptop_3'));
    const { keys } = setUp();
    expect(await keys.create({ name: 'laptop', place: 'ssh_folder' })).toMatchObject({ name: 'rsm_laptop_4' });
    expect(await readFile(join(home, '.ssh/rsm_laptop'), 'utf8')).toBe('precious');
    expect(await readFile(join(home, '.ssh/rsm_laptop_2.pub'), 'utf8')).toBe('precious too');
    expect(await readdir(home)).toEqual(['.ssh']);
    expect(await readdir(join(home, '.ssh'))).not.toContain('rsm_laptop_2');
  });

  it.each([
    ['../../etc/cron.d/x', 'rsm_etc_cron_d_x'],
    ['...', 'rsm_key'],
    ['A  B', 'rsm_a_b'],
  ])('named %j become the file %s, within the folder', async (name, file) => {
    const { inFolder } = setUp();
    expect(await inFolder.add(name, makeKeyPair(''))).toMatchObject({ name: file });
    expect(await readdir(home)).toEqual(['.ssh']);
  });

  it('are sealed by the key chain, listed from there and removed from there', async () => {
    const { keys, file } = setUp();
    const made = await keys.create({ name: 'My laptop', place: 'key_chain' });
    expect(made).toMatchObject({ name: 'My laptop', place: 'key_chain' });
    expect(file.text).not.toMatch(/PRIVATE|openssh/);
    expect(await keys.list()).toEqual([made]);
    expect(await readdir(home)).toEqual([]);
    await keys.remove(made.fingerprint);
    await keys.remove(made.fingerprint);
    expect(await keys.list()).toEqual([]);
  });

  it('are not made at all where the key chain can’t be had', async () => {
    const { keys, secrets, file } = setUp();
    secrets.available = false;
    await expect(keys.create({ name: 'laptop', place: 'key_chain' })).rejects.toMatchObject({
      error: { code: 'key_chain_unavailable', field: 'place' },
    });
    expect(file.text).toBeNull();
    expect(await readdir(home)).toEqual([]);
  });

  it('in ~/.ssh stay when they are removed here: they are the person’s own', async () => {
    const { keys } = setUp();
    const made = await keys.create({ name: 'laptop', place: 'ssh_folder' });
    await keys.remove(made.fingerprint);
    expect(await keys.list()).toEqual([made]);
  });

  it('with a passphrase are listed, and never used', async () => {
    await mkdir(join(home, '.ssh'), { mode: 0o700 });
    const file = join(home, '.ssh/id_locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-f', file]);
    const { keys, inFolder } = setUp();
    const [listed] = await keys.list();
    expect(listed).toMatchObject({ name: 'id_locked' });
    expect(await inFolder.find(new Set([listed?.fingerprint ?? '']))).toEqual([]);
  });

  it('of other kinds are read as well', async () => {
    await mkdir(join(home, '.ssh'), { mode: 0o700 });
    for (const [type, bits] of [
      ['rsa', '2048'],
      ['ecdsa', '256'],
    ] as const) {
      execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-f', join(home, `.ssh/id_${type}`)]);
    }
    const { keys, inFolder } = setUp();
    const wanted = new Set((await keys.list()).map(({ fingerprint }) => fingerprint));
    expect(await inFolder.find(wanted)).toHaveLength(2);
  });

  it('are only used when both halves belong together', async () => {
    const { keys, inFolder } = setUp();
    const made = await keys.create({ name: 'laptop', place: 'ssh_folder' });
    await writeFile(join(home, '.ssh/rsm_laptop'), makeKeyPair('other').privateKey);
    expect(await inFolder.find(new Set([made.fingerprint]))).toEqual([]);
  });

  it('are not looked for beyond what is wanted', async () => {
    const { keys, inVault, inFolder } = setUp();
    await keys.create({ name: 'one', place: 'ssh_folder' });
    await keys.create({ name: 'two', place: 'key_chain' });
    expect(await inVault.find(new Set(['SHA256:none']))).toEqual([]);
    expect(await inFolder.find(new Set(['SHA256:none']))).toEqual([]);
  });

  it('survive a folder full of other things', async () => {
    const folder = join(home, '.ssh');
    await mkdir(join(folder, 'folder.pub'), { recursive: true });
    await writeFile(join(folder, 'config'), 'Host *');
    await writeFile(join(folder, 'damaged.pub'), 'ssh-ed25519 AAAA');
    await writeFile(join(folder, 'huge.pub'), 'x'.repeat(100_000));
    await writeFile(join(folder, 'unreadable.pub'), 'x');
    await chmod(join(folder, 'unreadable.pub'), 0o000);
    await symlink('/nowhere', join(folder, 'dangling.pub'));
    expect(await setUp().keys.list()).toEqual([]);
  });
});

it('makes pairs whose first byte is zero as well (ssh2’s own generator drops it)', () => {
  for (let number = 0; number < 600; number += 1) {
    const { publicKey, privateKey } = makeKeyPair('x');
    const whole = parsePrivateKey(privateKey);
    expect(whole?.getPublicSSH()).toEqual(parsePublicKey(publicKey)?.getPublicSSH());
    expect(whole).not.toBeNull();
  }
});

it('writes no comment that could become a second line', () => {
  expect(() => makeKeyPair('x\nssh-rsa AAAA')).toThrow(RangeError);
});
