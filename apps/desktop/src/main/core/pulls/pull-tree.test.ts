import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullTree, remotePathOf, type PullOptions } from './pull-tree.ts';
import type { RemoteEntry, RemoteFiles } from './remote-files.ts';

let house: string;
let folder: string;
beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'rsm-pull-'));
  folder = join(house, 'chosen');
  await mkdir(folder);
});
afterEach(async () => rm(house, { recursive: true }));

type Tree = { readonly [name: string]: string | Buffer | Tree | { readonly odd: true } };
const isTree = (node: unknown): node is Tree =>
  typeof node === 'object' && node !== null && !Buffer.isBuffer(node) && !('odd' in node);

/** A machine that names its files as it likes. */
function machineWith(root: Tree, change: Partial<RemoteFiles> = {}): RemoteFiles {
  const at = (path: string): unknown =>
    path
      .split('/')
      .filter(Boolean)
      .reduce<unknown>((node, name) => (isTree(node) ? node[name] : undefined), root);
  const kindOf = (node: unknown): RemoteEntry['kind'] =>
    isTree(node) ? 'folder' : typeof node === 'string' || Buffer.isBuffer(node) ? 'file' : 'other';
  return {
    resolve: async (path) => posix.resolve('/', path),
    look: async (path) => ({ kind: kindOf(at(path)), mode: 0o100644 }),
    async *entries(path) {
      const node = at(path);
      if (!isTree(node)) throw new Error('no folder');
      yield Object.entries(node).map(([name, inner]) => ({ name, kind: kindOf(inner), mode: 0o104755 }));
    },
    open: async (path) => {
      const bytes = Buffer.from(at(path) as string);
      return {
        read: async (buffer, position) => bytes.subarray(position, position + 7_000).copy(buffer),
        close: async () => undefined,
      };
    },
    ...change,
  };
}

const pull = async (remote: RemoteFiles, options: Partial<PullOptions> = {}) =>
  pullTree({
    remote,
    remotePath: 'results',
    folder,
    platform: 'linux',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });

describe('taking files home', () => {
  it('copies a folder with all that is in it, byte for byte', async () => {
    const big = Buffer.from(Array.from({ length: 300_001 }, (_, index) => index % 251));
    const remote = machineWith({ results: { 'a.txt': 'one', deep: { er: { 'b.bin': big, empty: '' } } } });
    expect(await pull(remote)).toEqual({ files: 3, bytes: 300_004, skipped: 0 });
    expect(await readFile(join(folder, 'results/a.txt'), 'utf8')).toBe('one');
    expect(await readFile(join(folder, 'results/deep/er/b.bin'))).toEqual(big);
    expect(await readFile(join(folder, 'results/deep/er/empty'))).toHaveLength(0);
  });

  it('copies one file', async () => {
    expect(await pull(machineWith({ results: 'x' }))).toEqual({ files: 1, bytes: 1, skipped: 0 });
    expect(await readdir(folder)).toEqual(['results']);
  });

  it('keeps what is there already', async () => {
    await writeFile(join(folder, 'report.txt'), 'mine');
    await mkdir(join(folder, 'results'));
    await writeFile(join(folder, 'results/a.txt'), 'mine');
    await pull(machineWith({ 'report.txt': 'theirs' }), { remotePath: 'report.txt' });
    await pull(machineWith({ results: { 'a.txt': 'theirs' } }));
    expect(await readFile(join(folder, 'report.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder, 'report (2).txt'), 'utf8')).toBe('theirs');
    expect(await readFile(join(folder, 'results/a.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder, 'results (2)/a.txt'), 'utf8')).toBe('theirs');
  });

  it('writes through no link that lies in the chosen folder', async () => {
    await mkdir(join(house, 'outside'));
    await symlink(join(house, 'outside'), join(folder, 'results'));
    await symlink(join(house, 'outside/made-by-link'), join(folder, 'a.txt'));
    await pull(machineWith({ results: { 'x.txt': 'x' } }));
    await pull(machineWith({ 'a.txt': 'a' }), { remotePath: 'a.txt' });
    expect(await readdir(join(house, 'outside'))).toEqual([]);
    expect((await readdir(folder)).toSorted()).toEqual(['a (2).txt', 'a.txt', 'results', 'results (2)']);
  });

  it.each(['..', '../evil', '../../evil', '/evil', 'a/../../evil', './x', 'sub/evil', 'evil\0', ''])(
    'ends when the machine names a file %j, and writes nothing outside',
    async (name) => {
      const remote = machineWith(
        { results: {} },
        {
          async *entries() {
            // What "." and ".." mean in a listing is known; a path that holds them is not.
            yield [{ name: name === '..' ? '../' : name, kind: 'file', mode: 0o100644 }];
          },
          open: async () => ({ read: async () => 0, close: async () => undefined }),
        },
      );
      await expect(pull(remote)).rejects.toThrow('leads out of the folder');
      expect(await readdir(house)).toEqual(['chosen']);
      expect(await readdir(folder, { recursive: true })).toEqual(['results']);
    },
  );

  it('leaves links, devices and pipes on the machine, and counts them', async () => {
    const remote = machineWith({ results: { link: { odd: true }, pipe: { odd: true }, 'a.txt': 'x' } });
    expect(await pull(remote)).toEqual({ files: 1, bytes: 1, skipped: 2 });
    expect(await readdir(join(folder, 'results'))).toEqual(['a.txt']);
  });

  it('gives no file rights that let it run as somebody else', async () => {
    await pull(machineWith({ results: { 'run.sh': 'x' } }));
    expect((await stat(join(folder, 'results/run.sh'))).mode & 0o7000).toBe(0);
  });

  it('leaves out what the account may not read, and takes the rest', async () => {
    const remote = machineWith({ results: { secret: 'x', 'a.txt': 'y' } });
    const open = async (path: string) => {
      if (path.endsWith('secret')) throw Object.assign(new Error('Permission denied'), { code: 3 });
      return remote.open(path);
    };
    expect(await pull({ ...remote, open })).toEqual({ files: 1, bytes: 1, skipped: 1 });
    expect(await readdir(join(folder, 'results'))).toEqual(['a.txt']);
  });

  it('leaves no half file behind when the connection is lost', async () => {
    const remote = machineWith(
      { results: { 'a.bin': 'x' } },
      {
        open: async () => ({
          read: async (buffer, position) => {
            if (position > 100_000) throw new Error('The connection to the machine was lost.');
            return buffer.fill(1).length;
          },
          close: async () => undefined,
        }),
      },
    );
    await expect(pull(remote)).rejects.toThrow('lost');
    expect(await readdir(join(folder, 'results'))).toEqual([]);
  });

  it('ends at once when it is cancelled', async () => {
    const abort = new AbortController();
    let reads = 0;
    const remote = machineWith(
      { results: { endless: 'x' } },
      {
        open: async () => ({
          read: async (buffer) => {
            reads += 1;
            if (reads === 50) abort.abort(new Error('cancelled'));
            return buffer.length;
          },
          close: async () => undefined,
        }),
      },
    );
    await expect(pull(remote, { signal: abort.signal })).rejects.toThrow('cancelled');
    expect(reads).toBeLessThan(100);
    expect(await readdir(join(folder, 'results'))).toEqual([]);
  });

  it.each([
    ['a listing without end', { filesMax: 10 }, 'more than 10 files'],
    ['a file without end', { bytesMax: 1_000_000 }, 'more than can be copied'],
    ['folders without end', { depthMax: 5 }, 'deeper than 5'],
  ])('ends at its limit for %s', async (what, limits, message) => {
    const remote = machineWith(
      { results: {} },
      {
        async *entries() {
          for (;;) {
            yield [{ name: 'x', kind: what === 'folders without end' ? 'folder' : 'file', mode: 0o100644 }];
            if (what !== 'a listing without end') return;
          }
        },
        open: async () => ({
          read: async (buffer) => (what === 'a file without end' ? buffer.length : 0),
          close: async () => undefined,
        }),
      },
    );
    await expect(pull(remote, { limits })).rejects.toThrow(message);
  });

  it('copies nothing that is neither a file nor a folder', async () => {
    await expect(pull(machineWith({ results: { odd: true } }))).rejects.toThrow('neither a file nor a folder');
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells how far it is', async () => {
    const told: string[] = [];
    await pull(machineWith({ results: { 'a.txt': 'one', 'b.txt': 'two' } }), { onProgress: (path) => told.push(path) });
    expect(new Set(told)).toEqual(new Set(['/results/a.txt', '/results/b.txt']));
  });
});

it.each([
  ['~', '.'],
  ['~/', '.'],
  ['~/results', 'results'],
  ['results', 'results'],
  ['/data/~x', '/data/~x'],
  ['~other/x', '~other/x'],
])('reads %j as the path %j of SFTP', (text, path) => {
  expect(remotePathOf(text)).toBe(path);
});
