import { describe, expect, it, vi } from 'vitest';
import { openOutside } from './open-outside.ts';

const web = { kind: 'web', bridge: null } as const;

describe('a page of somebody else', () => {
  it.each(['https://bank.example/confirm?id=1', 'http://127.0.0.1:4242/setup', 'http://localhost:1/'])(
    'is opened at %s, and does not learn where it was opened from',
    async (url) => {
      const open = vi.fn<(...args: unknown[]) => void>();
      vi.stubGlobal('window', { open });
      await openOutside(web, url);
      expect(open).toHaveBeenCalledExactlyOnceWith(url, '_blank', 'noopener,noreferrer');
    },
  );

  it.each([
    'http://bank.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    '//bank.example',
    '',
  ])('is not opened at %j', async (url) => {
    const open = vi.fn<(...args: unknown[]) => void>();
    vi.stubGlobal('window', { open });
    await expect(openOutside(web, url)).rejects.toMatchObject({ code: 'invalid_address' });
    expect(open).not.toHaveBeenCalled();
  });
});
