import type { Mail } from '@rsm/domain/mail/mailer';

/**
 * The texts of the identity mails. Tokens stand behind the `#` of a link, which a browser never sends to a server, so
 * they are in no log; the same token can be pasted into the desktop.
 */

export function passwordResetMail(input: { to: string; publicUrl: string; token: string }): Mail {
  return {
    to: input.to,
    subject: 'Reset your password',
    text: [
      'Someone asked to reset the password of your account. If it was you, open this link within 30 minutes:',
      '',
      `${input.publicUrl}/reset-password#token=${encodeURIComponent(input.token)}`,
      '',
      'or paste this code into the app:',
      '',
      input.token,
      '',
      'A new password ends all sessions. If it was not you, do nothing: your password stays as it is.',
    ].join('\n'),
  };
}

export function emailConfirmationMail(input: { to: string; publicUrl: string; token: string }): Mail {
  return {
    to: input.to,
    subject: 'Confirm your e-mail address',
    text: [
      'Someone signed up with this e-mail address. If it was you, open this link within 24 hours:',
      '',
      `${input.publicUrl}/confirm-email#token=${encodeURIComponent(input.token)}`,
      '',
      'or paste this code into the app:',
      '',
      input.token,
      '',
      'If it was not you, do nothing: without the confirmation nobody can use the account.',
    ].join('\n'),
  };
}

/** Sent instead of telling the one who signs up that the address has an account. */
export function accountExistsMail(input: { to: string; publicUrl: string }): Mail {
  return {
    to: input.to,
    subject: 'You have an account already',
    text: [
      'Someone signed up with this e-mail address, which has an account already. Nothing was changed.',
      '',
      'If it was you, sign in with your password. If you do not know it, reset it; that confirms your address as well:',
      '',
      `${input.publicUrl}/reset-password`,
      '',
      'If it was not you, do nothing.',
    ].join('\n'),
  };
}
