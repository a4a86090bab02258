import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

/* The icons as they are kept in Git, read by another hand than the one that wrote them. */
const DESKTOP = resolve(import.meta.dirname, '../..');
const icon = z.object({ icon: z.string() });
const loaded: unknown = await import(join(DESKTOP, 'electron-builder.config.mjs'));
const config = z.object({ default: z.object({ win: icon, mac: icon, linux: icon }) }).parse(loaded).default;

const read = (file: string): Buffer => readFileSync(join(DESKTOP, file));

/** Width and height as a PNG says them in its first chunk (PNG specification, IHDR). */
function pngSize(bytes: Buffer): string {
  expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  return `${String(bytes.readUInt32BE(16))}x${String(bytes.readUInt32BE(20))}`;
}

describe('the icon of Windows', () => {
  const file = read(config.win.icon);

  test('holds the sizes that lists, task bars and large views want, each what its entry says', () => {
    expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1]);
    const found = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
      const at = 6 + 16 * index;
      const offset = file.readUInt32LE(at + 12);
      const size = pngSize(file.subarray(offset, offset + file.readUInt32LE(at + 8)));
      expect(size).toBe(`${String(file.readUInt8(at) || 256)}x${String(file.readUInt8(at + 1) || 256)}`);
      return size;
    });
    expect(found).toEqual(['16x16', '24x24', '32x32', '48x48', '64x64', '128x128', '256x256']);
  });
});

describe('the icon of macOS', () => {
  const file = read(config.mac.icon);

  test('holds 16 to 512 points for screens of double density, and the large ones for others', () => {
    expect(file.subarray(0, 4).toString('latin1')).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    const found: Record<string, string> = {};
    for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
      found[file.subarray(at, at + 4).toString('latin1')] = pngSize(file.subarray(at + 8));
    }
    expect(found).toEqual({
      ic11: '32x32',
      ic12: '64x64',
      ic07: '128x128',
      ic13: '256x256',
      ic08: '256x256',
      ic14: '512x512',
      ic09: '512x512',
      ic10: '1024x1024',
    });
  });
});

test('the icons of Linux are what their names say, the largest at least 512 pixels', () => {
  const folder = config.linux.icon;
  const names = readdirSync(join(DESKTOP, folder));
  for (const name of names) expect(pngSize(read(join(folder, name)))).toBe(name.replace('.png', ''));
  expect(names).toEqual(expect.arrayContaining(['16x16.png', '32x32.png', '48x48.png', '128x128.png', '512x512.png']));
});
