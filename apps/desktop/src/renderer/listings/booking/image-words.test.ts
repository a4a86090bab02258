import { expect, test } from 'vitest';
import { chosenImage } from './image-choice.tsx';
import { imageStateWords, imageWords, type OfferedImage } from './image-words.ts';

const image = (name: string, problem: string | null = null): OfferedImage => ({
  name,
  reference: `registry.example.org/${name}@sha256:${'a'.repeat(64)}`,
  cudaVersion: '12.4',
  frameworks: { pytorch: '2.4.1' },
  sizeBytes: 1_073_741_824,
  isOnMachine: true,
  problem,
});

test('an image is named with its versions and its size', () => {
  expect(imageWords(image('PyTorch'))).toBe('PyTorch · CUDA 12.4 · pytorch 2.4.1 · 1 GiB');
  expect(imageWords({ ...image('Debian'), cudaVersion: null, frameworks: {} })).toBe('Debian · 1 GiB');
});

test('whether it is there is said with the age of that', () => {
  expect(imageStateWords({ isOnMachine: true }, '3 hours ago')).toBe('Already on this machine: seen 3 hours ago.');
  expect(imageStateWords({ isOnMachine: null }, null)).toContain('not looked up yet');
});

test('the first image that can be used stands for no choice, and for one that is gone', () => {
  const images = [image('new', '"new" needs CUDA 13.0.'), image('old'), image('other')];
  expect(chosenImage(images, '')?.name).toBe('old');
  expect(chosenImage(images, images[2]?.reference ?? '')?.name).toBe('other');
  expect(chosenImage(images, images[0]?.reference ?? '')?.name).toBe('old');
  expect(chosenImage([], '')).toBeNull();
});
