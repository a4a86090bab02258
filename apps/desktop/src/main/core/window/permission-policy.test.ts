import { expect, it } from 'vitest';
import { decidePermission } from './permission-policy.ts';

const ask = (permission: string, requester = 'app://rsm/', isMainFrame = true) =>
  decidePermission({ permission, requester, isMainFrame });

it('lets our own page write to the clipboard, asked with its address or its origin', () => {
  expect(ask('clipboard-sanitized-write')).toBe(true);
  expect(ask('clipboard-sanitized-write', 'app://rsm')).toBe(true);
  expect(ask('clipboard-sanitized-write', 'app://rsm/bookings/1')).toBe(true);
});

it.each(['https://example.org/', 'app://rsm.evil.example/', 'app://evil', 'file:///', 'null', ''])(
  'gives nothing to %j',
  (requester) => {
    expect(ask('clipboard-sanitized-write', requester)).toBe(false);
  },
);

it('gives nothing to a frame within our page', () => {
  expect(ask('clipboard-sanitized-write', 'app://rsm/', false)).toBe(false);
});

it.each([
  'clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'pointerLock',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'unknown',
  'usb',
  'window-management',
  '',
])('never gives %j', (permission) => {
  expect(ask(permission)).toBe(false);
});
