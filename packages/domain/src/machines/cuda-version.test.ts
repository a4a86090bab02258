import { expect, it } from 'vitest';
import { cudaVersionNumber } from './cuda-version.ts';

it('CUDA versions compare as numbers and not as texts', () => {
  const sorted = ['12.9', '12.10', '9.2', '11.8'].toSorted(
    (a, b) => (cudaVersionNumber(a) ?? 0) - (cudaVersionNumber(b) ?? 0),
  );
  expect(sorted).toEqual(['9.2', '11.8', '12.9', '12.10']);
});

it.each(['', '12', '12.4.1', 'v12.4', '12.x', '-1.0', '1234.0'])('"%s" is none', (text) => {
  expect(cudaVersionNumber(text)).toBeNull();
});
