import { describe, expect, it } from 'vitest';
import { isOutside } from './open-outside.ts';

describe('a page outside', () => {
  it.each([
    ['https://processor.example/onboarding/1', true],
    ['http://127.0.0.1:8080/onboarding', true],
    ['http://localhost/onboarding', true],
    ['http://processor.example/onboarding', false],
    ['http://localhost.evil.example/', false],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    ['https:///nowhere', false],
  ])('%s may be opened: %s', (url, expected) => {
    expect(isOutside(url)).toBe(expected);
  });
});
