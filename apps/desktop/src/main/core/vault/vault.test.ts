import { describe, expect, it } from 'vitest';
import { fakeSecrets } from '../test-support/fake-secrets.ts';
import { memoryFile } from '../test-support/memory-file.ts';
import { createVault, VaultUnavailableError } from './vault.ts';

function setUp(text: string | null = null) {
  const file = memoryFile(text);
  const secrets = fakeSecrets();
  const events: string[] = [];
  const vault = createVault({ file, secrets, log: ({ event }) => events.push(event) });
  return { file, secrets, vault, events };
}

describe('the vault', () => {
  it('keeps a secret sealed, and gives it back', async () => {
    const { file, vault } = setUp();
    await vault.put('session:https://a.example', 'the-secret-itself');
    expect(await vault.get('session:https://a.example')).toBe('the-secret-itself');
    expect(file.text).not.toContain('the-secret-itself');
    expect(Buffer.from(file.text ?? '', 'base64').toString()).not.toContain('the-secret-itself');
  });

  it('writes nothing at all where nothing can be sealed', async () => {
    const { file, secrets, vault } = setUp();
    secrets.available = false;
    await expect(vault.put('a', 'secret')).rejects.toThrow(VaultUnavailableError);
    expect(file.text).toBeNull();
    expect(await vault.get('a')).toBeNull();
    expect(await vault.isAvailable()).toBe(false);
  });

  it('counts a key chain that fails as none', async () => {
    const { secrets, vault } = setUp();
    secrets.isAvailable = async () => Promise.reject(new Error('D-Bus is away'));
    expect(await vault.isAvailable()).toBe(false);
    await expect(vault.put('a', 'secret')).rejects.toThrow(VaultUnavailableError);
  });

  it('removes one and leaves the others', async () => {
    const { vault } = setUp();
    await vault.put('ssh-key:1', 'one');
    await vault.put('ssh-key:2', 'two');
    await vault.put('session:x', 'three');
    await vault.remove('ssh-key:1');
    await vault.remove('ssh-key:none');
    expect(await vault.names('ssh-key:')).toEqual(['ssh-key:2']);
    expect(await vault.get('ssh-key:1')).toBeNull();
    expect(await vault.get('session:x')).toBe('three');
  });

  it('does not take the secret of one name for that of another', async () => {
    const { file, vault } = setUp();
    await vault.put('session:https://honest.example', 'secret');
    const kept = JSON.parse(file.text ?? '') as { entries: Record<string, string> };
    kept.entries['session:https://evil.example'] = kept.entries['session:https://honest.example'] ?? '';
    file.text = JSON.stringify(kept);
    expect(await vault.get('session:https://evil.example')).toBeNull();
    expect(await vault.get('session:https://honest.example')).toBe('secret');
  });

  it('survives a file that is damaged, or of another computer', async () => {
    for (const text of [
      '',
      '{',
      '{"version":1}',
      '{"version":1,"entries":{"a":"AAAA"}}',
      '[]',
      '{"version":9,"entries":{}}',
    ]) {
      const { vault, events } = setUp(text);
      expect(await vault.get('a')).toBeNull();
      await vault.put('b', 'secret');
      expect(await vault.get('b')).toBe('secret');
      if (text !== '') expect(events).toContain('vault_unreadable');
    }
  });

  it('loses nothing when several are kept at once', async () => {
    const { vault } = setUp();
    await Promise.all(
      Array.from({ length: 20 }, async (_, number) => vault.put(`k:${String(number)}`, String(number))),
    );
    expect(await vault.names('k:')).toHaveLength(20);
  });

  it('holds two hundred secrets and says when it is full', async () => {
    const { vault } = setUp();
    for (let number = 0; number < 200; number += 1) await vault.put(`k:${String(number)}`, 'x');
    await expect(vault.put('one too many', 'x')).rejects.toThrow('200');
    await vault.put('k:0', 'changed');
    expect(await vault.get('k:0')).toBe('changed');
  });
});
