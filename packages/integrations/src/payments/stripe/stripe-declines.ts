import type { Stripe } from 'stripe';

/**
 * What Stripe's codes mean, in our words (docs.stripe.com/declines/codes). The suspicious ones (lost, stolen, fraudulent) are left
 * out on purpose: Stripe asks that their reason be kept from the card's holder, and their text is the general one.
 */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['insufficient_funds', 'The card has insufficient funds.'],
  ['expired_card', 'The card has expired.'],
  ['incorrect_cvc', 'The security code of the card is wrong.'],
  ['invalid_cvc', 'The security code of the card is wrong.'],
  ['incorrect_number', 'The card number is wrong.'],
  ['card_velocity_exceeded', 'The card has reached its limit.'],
  ['withdrawal_count_limit_exceeded', 'The card has reached its limit.'],
  ['currency_not_supported', 'The card can not pay in this currency.'],
  ['processing_error', 'The bank could not process the card. Try again in a minute.'],
  ['issuer_not_available', 'The bank could not be reached. Try again in a minute.'],
  ['card_not_supported', 'The card does not allow this kind of payment.'],
  ['payment_intent_authentication_failure', 'The card was not confirmed with its bank.'],
]);

export const DECLINED = 'The card was declined.';
export const NOT_CONFIRMED_IN_TIME = 'The payment was not confirmed with the bank in time.';
/** Off session nobody is there to answer his bank (docs.stripe.com/payments/save-and-reuse, "off-session"). */
export const CONFIRM_YOURSELF =
  'The bank wants the owner of the card to confirm this payment. Top up by yourself once, and confirm it there.';
export const CARD_GONE = 'This card is no longer stored. Add it again, or use another one.';

const REASON_CHARS_MAX = 200;

/** Why a card was declined, as a sentence for its owner. */
export function declineReason(
  error: Pick<Stripe.StripeRawError, 'code' | 'decline_code' | 'message'> | null | undefined,
): string {
  if (error === null || error === undefined) return DECLINED;
  const { code = '', decline_code: declineCode = '' } = error;
  if (code === 'authentication_required' || declineCode === 'authentication_required') return CONFIRM_YOURSELF;
  const known = REASONS.get(declineCode) ?? REASONS.get(code);
  if (known !== undefined) return known;
  // The texts of card errors are written for the card's owner; every other one is for developers.
  const text = code === 'card_declined' ? plain(error.message) : '';
  return text === '' ? DECLINED : text;
}

/** One line without control characters, bounded: it goes into a row and onto a screen. */
export function plain(text: string | null | undefined): string {
  return (text ?? '')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, REASON_CHARS_MAX);
}
