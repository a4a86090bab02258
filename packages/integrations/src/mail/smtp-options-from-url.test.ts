import { describe, expect, it } from 'vitest';
import type { SmtpConnectionOptions } from './smtp-options-from-url.ts';
import { smtpOptionsFromUrl } from './smtp-options-from-url.ts';

describe('smtpOptionsFromUrl', () => {
  it.each<[string, SmtpConnectionOptions]>([
    [
      'smtps://rsm:secret@mail.example.org:2465',
      {
        host: 'mail.example.org',
        port: 2465,
        security: 'tls',
        credentials: { user: 'rsm', password: 'secret' },
      },
    ],
    ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, security: 'tls' }],
    ['smtp://mail.example.org/', { host: 'mail.example.org', port: 587, security: 'starttls' }],
    ['smtp://192.0.2.7:25', { host: '192.0.2.7', port: 25, security: 'starttls' }],
    ['smtps://[2001:db8::7]:465', { host: '2001:db8::7', port: 465, security: 'tls' }],
    ['smtp://localhost', { host: 'localhost', port: 25, security: 'none' }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, security: 'none' }],
    ['smtp://[::1]', { host: '::1', port: 25, security: 'none' }],
    ['smtps://localhost', { host: 'localhost', port: 465, security: 'tls' }],
    ['smtp://127.0.0.1.example.org', { host: '127.0.0.1.example.org', port: 587, security: 'starttls' }],
  ])('reads %s', (url, options) => {
    expect(smtpOptionsFromUrl(url)).toEqual(options);
  });

  it('decodes what had to be encoded in user and password', () => {
    expect(smtpOptionsFromUrl('smtps://me%40example.org:a%3Ab%2Fc%40d%25e@mail.example.org').credentials).toEqual({
      user: 'me@example.org',
      password: 'a:b/c@d%e',
    });
  });

  it.each([
    ['', /is no address/],
    ['mail.example.org', /is no address/],
    ['mail.example.org:465', /must begin with smtps/],
    ['https://hush@mail.example.org', /must begin with smtps/],
    ['smtps://', /is no address|no name/],
    ['smtps://rsm:hush@', /is no address|no name/],
    ['smtps://rsm:hush@mail.example.org:70000', /is no address/],
    ['smtps://rsm:hush@mail.example.org:0', /port must be/],
    ['smtps://rsm:hush@mail_server', /no name and no address/],
    ['smtps://rsm:hush@-mail.example.org', /no name and no address/],
    ['smtps://rsm@mail.example.org', /a user and a password, or neither/],
    ['smtps://:hush@mail.example.org', /a user and a password, or neither/],
    ['smtps://rsm:hush%zz@mail.example.org', /written as %25/],
    ['smtps://rsm:hush@mail.example.org/inbox', /nothing may follow the port/],
    ['smtps://rsm:hush@mail.example.org?pool=true', /nothing may follow the port/],
    ['smtps://rsm:hush#1@mail.example.org', /no name|is no address|nothing may follow/],
    ['smtps://rsm:hush/1@mail.example.org', /no name|is no address|nothing may follow/],
  ])('refuses %j and repeats no password', (url, message) => {
    let text = '';
    try {
      smtpOptionsFromUrl(url);
    } catch (error) {
      text = String(error);
    }
    expect(text).toMatch(message);
    expect(text).toMatch(/SMTP_URL .* Write it as smtps:/);
    expect(text).not.toContain('hush');
  });
});
