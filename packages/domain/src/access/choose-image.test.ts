import { describe, expect, test } from 'vitest';
import { chooseImage } from './choose-image.ts';
import type { ContainerImage } from './container-image.ts';

const image = (name: string, digit: string, cudaVersion: string | null): ContainerImage => ({
  name,
  reference: `registry.example.org/${name}@sha256:${digit.repeat(64)}`,
  cudaVersion,
  frameworks: {},
  sizeBytes: 1,
});
const plain = image('plain', 'a', null);
const newest = image('newest', 'b', '12.10');
const images = [plain, newest];
const all = images.map(({ reference }) => reference);

const machineWith = (cudaVersion: string | null) => ({
  accessMode: 'container' as const,
  facts: { gpus: [{ cudaVersion }] } as Parameters<typeof chooseImage>[1]['facts'],
});

describe('the image of a booking', () => {
  test('is the first of the list unless another one is asked for', () => {
    const machine = machineWith('12.10');
    expect(chooseImage(images, machine, all, null)).toEqual({ name: 'plain', reference: plain.reference });
    expect(chooseImage(images, machine, all, newest.reference)?.name).toBe('newest');
    // Where nobody has looked yet, the access itself says what is missing.
    expect(chooseImage(images, machine, null, newest.reference)?.name).toBe('newest');
    expect(chooseImage([], machine, all, null)).toBeNull();
  });

  test.each([
    [
      'an older driver',
      machineWith('12.9'),
      all,
      '"newest" needs CUDA 12.10, and the driver of this machine reaches 12.9.',
    ],
    ['a machine that lacks it', machineWith('13.0'), [plain.reference], '"newest" is not on this machine.'],
  ])('is refused on %s', (_case, machine, onMachine, message) => {
    expect(() => chooseImage(images, machine, onMachine, newest.reference)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        field: 'containerImage',
        message,
        remedy: 'Choose one of: plain.',
      }),
    );
  });

  test('is not asked about CUDA where no driver says a version', () => {
    expect(chooseImage(images, machineWith(null), all, newest.reference)?.name).toBe('newest');
    expect(chooseImage(images, { accessMode: 'container', facts: null }, all, newest.reference)?.name).toBe('newest');
  });

  test('leads elsewhere where none can be used', () => {
    expect(() => chooseImage(images, machineWith('12.0'), [], plain.reference)).toThrow(
      expect.objectContaining({ remedy: 'Choose another listing: none of the images can be used on this machine.' }),
    );
  });

  test('is nothing that an account has', () => {
    const machine = { ...machineWith(null), accessMode: 'unix_user' as const };
    expect(chooseImage(images, machine, null, null)).toBeNull();
    expect(() => chooseImage(images, machine, null, plain.reference)).toThrow('gives accounts');
  });
});
