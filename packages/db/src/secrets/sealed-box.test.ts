import { randomBytes } from 'node:crypto';

import type { SecretPlace } from '@rsm/domain/common/secret-box';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SealedBox, SealError } from './sealed-box.ts';

const place: SecretPlace = { table: 'machines', row: '0190-a', column: 'control_private_key_sealed' };
const firstKey = randomBytes(32);
const secondKey = randomBytes(32);

const box = new SealedBox({ keys: new Map([[1, firstKey]]), currentVersion: 1 });

describe('SealedBox', () => {
  test('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (secret) => {
        // A lone surrogate is no text and can't be kept as UTF-8.
        fc.pre(secret.isWellFormed());
        expect(box.open(box.seal(secret, place), place)).toBe(secret);
      }),
    );
  });

  test('hides the text, and two seals of one text differ', () => {
    const [first, second] = [box.seal('-----BEGIN OPENSSH', place), box.seal('-----BEGIN OPENSSH', place)];
    expect(first).not.toBe(second);
    expect(Buffer.from(first.split('.')[3] ?? '', 'base64url').includes('OPENSSH')).toBe(false);
  });

  test.each([
    ['table', { ...place, table: 'signing_keys' }],
    ['row', { ...place, row: '0190-b' }],
    ['column', { ...place, column: 'verifier_private_key_sealed' }],
    ['border between row and column', { ...place, row: '0190-ac', column: 'ontrol_private_key_sealed' }],
  ])('does not open under another %s', (_, other) => {
    const sealed = box.seal('secret', place);
    expect(() => box.open(sealed, other)).toThrow(SealError);
    expect(() => box.rewrap(sealed, other)).toThrow(SealError);
  });

  test('does not open when any part was changed', () => {
    const parts = box.seal('secret', place).split('.');
    for (const index of [2, 3]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      for (let position = 0; position < bytes.length; position += 1) {
        const changed = Buffer.from(bytes);
        changed[position] = (changed[position] ?? 0) ^ 1;
        const text = parts.with(index, changed.toString('base64url')).join('.');
        expect(() => box.open(text, place)).toThrow(SealError);
      }
    }
  });

  test('does not open when the halves of two seals for the same place are mixed', () => {
    const [first, second] = [box.seal('one', place).split('.'), box.seal('two', place).split('.')];
    const mixed = [...first.slice(0, 3), second[3]].join('.');
    expect(() => box.open(mixed, place)).toThrow(SealError);
  });

  test.each(['', 'secret', 'rsm1.1.a', 'rsm1.0.YQ.YQ', 'rsm2.1.YQ.YQ', 'rsm1.1.YQ.YQ', 'rsm1.1.YQ==.YQ=='])(
    'refuses %j, which is no seal',
    (text) => {
      expect(() => box.open(text, place)).toThrow(SealError);
    },
  );

  test('rotation: an old seal opens while its key is here, and after rewrapping without it', () => {
    const old = box.seal('secret', place);
    const both = new SealedBox({ keys: new Map([[1, firstKey], [2, secondKey]]), currentVersion: 2 }); // prettier-ignore
    const onlyNew = new SealedBox({ keys: new Map([[2, secondKey]]), currentVersion: 2 });

    expect(both.open(old, place)).toBe('secret');
    expect(both.needsRewrap(old)).toBe(true);
    expect(() => onlyNew.open(old, place)).toThrow('needs the key-encryption key of version 1');

    const rewrapped = both.rewrap(old, place);
    expect(both.needsRewrap(rewrapped)).toBe(false);
    expect(onlyNew.open(rewrapped, place)).toBe('secret');
    expect(() => box.open(rewrapped, place)).toThrow('version 2');
  });

  test('a seal can not be made to claim another key version', () => {
    const same = new SealedBox({ keys: new Map([[1, firstKey], [2, firstKey]]), currentVersion: 1 }); // prettier-ignore
    const sealed = same.seal('secret', place);
    expect(() => same.open(sealed.replace('rsm1.1.', 'rsm1.2.'), place)).toThrow(SealError);
  });

  test('refuses keys that are too short or missing', () => {
    expect(() => new SealedBox({ keys: new Map([[1, randomBytes(16)]]), currentVersion: 1 })).toThrow('32 bytes');
    expect(() => new SealedBox({ keys: new Map([[1, firstKey]]), currentVersion: 2 })).toThrow('no key of version 2');
    expect(() => new SealedBox({ keys: new Map([[0, firstKey]]), currentVersion: 0 })).toThrow('no positive integer');
  });
});
