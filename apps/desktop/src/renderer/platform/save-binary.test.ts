import { expect, it, vi } from 'vitest';
import type { DesktopBridge } from '../../shared/bridge.ts';
import { bytesOf, saveBinary } from './save-binary.ts';

it('reads every byte of base64', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(bytesOf(btoa(String.fromCharCode(...bytes)))).toEqual(bytes);
});

it('asks for a place in the desktop program, and says whether there was one', async () => {
  const file = { suggestedName: 'INV-2026-000001.pdf', base64: 'JVBERg==' };
  const ask = vi.fn<DesktopBridge['files']['saveBinary']>(async () => ({ ok: true, value: false }));
  // Only the part of the bridge that is used.
  const bridge = { files: { saveBinary: ask } } as unknown as DesktopBridge;
  expect(await saveBinary(bridge, file)).toBe(false);
  expect(ask).toHaveBeenCalledExactlyOnceWith(file);
});

it('is a download on a web page', async () => {
  const link = { href: '', download: '', click: vi.fn<() => void>() };
  vi.stubGlobal('document', { createElement: () => link });
  vi.stubGlobal('window', { setTimeout: () => 0 });
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
  expect(await saveBinary(null, { suggestedName: 'a.pdf', base64: 'JVBERg==' })).toBe(true);
  expect(link).toMatchObject({ href: 'blob:x', download: 'a.pdf' });
  expect(link.click).toHaveBeenCalledOnce();
});
