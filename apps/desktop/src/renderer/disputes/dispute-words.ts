import type { DisputeRead } from '@rsm/api/schemas/disputes';
import type { DisputeReason, DisputeSide } from '@rsm/domain/disputes/dispute';
import { formatMoney } from '../format/money.ts';
import type { Tone } from '../ui/badge.tsx';

export const disputeReasonWords: Readonly<Record<DisputeReason, string>> = {
  machine_not_as_listed: 'The machine was not as listed',
  not_reachable: 'The machine could not be reached',
  access_late: 'Access came late',
  charged_wrongly: 'The charge is wrong',
  clean_up: 'The clean-up went wrong',
  damage_or_abuse: 'Damage or abuse',
  other: 'Something else',
};

/** What each side is offered: a provider does not complain about his own machine. */
export const disputeReasonsOf: Readonly<Record<DisputeSide, readonly DisputeReason[]>> = {
  renter: ['not_reachable', 'machine_not_as_listed', 'access_late', 'charged_wrongly', 'clean_up', 'other'],
  provider: ['damage_or_abuse', 'charged_wrongly', 'clean_up', 'other'],
};

/** What happens once a dispute is open, as its opener has to know before. */
export const disputeConsequences: Readonly<Record<DisputeSide, readonly string[]>> = {
  renter: [
    'Our own records of the booking are attached as they are now: minutes, clean-up, access and money. Nobody has to prove what we measured.',
    'The provider reads your words and can answer once.',
    'What the booking earned and was not paid out yet is held back until the decision.',
    'An administrator decides how much of the charge comes back to your wallet, with a reason for both of you. You can withdraw until then.',
  ],
  provider: [
    'Our own records of the booking are attached as they are now: minutes, clean-up, access and money. Nobody has to prove what we measured.',
    'The renter reads your words and can answer once.',
    'What this booking earned you and was not paid out yet is held back until the decision.',
    'An administrator decides whether anything goes back to the renter, with a reason for both of you. You can withdraw until then.',
  ],
};

export function disputeWord({ status, response }: Pick<DisputeRead, 'status' | 'response'>): {
  readonly label: string;
  readonly tone: Tone;
} {
  switch (status) {
    case 'open':
      return response === null
        ? { label: 'Open, not answered', tone: 'warning' }
        : { label: 'Open, answered', tone: 'warning' };
    case 'decided':
      return { label: 'Decided', tone: 'success' };
    case 'withdrawn':
      return { label: 'Withdrawn', tone: 'neutral' };
  }
}

/** What this person waits for, or has to do. */
export function disputeNext(dispute: DisputeRead): string {
  const { openedBy, response, status, viewer } = dispute;
  if (status === 'withdrawn') return 'Whoever opened it took it back. Nothing was moved.';
  if (status === 'decided') return decisionText(dispute);
  if (viewer === 'admin') return response === null ? 'The other side has not answered.' : 'Both sides have spoken.';
  if (viewer !== openedBy && response === null)
    return 'Say how you see it: the administrator reads both sides before the decision. You can answer once.';
  return response === null
    ? 'The other side can answer. An administrator decides; you are told in your inbox.'
    : 'Both sides have spoken. An administrator decides; you are told in your inbox.';
}

/** The decision as a sentence with its amount. */
export function decisionText({ decision, currency }: Pick<DisputeRead, 'decision' | 'currency'>): string {
  if (decision === null) return 'There is no decision.';
  const amount = formatMoney(decision.refundMicros, currency);
  switch (decision.outcome) {
    case 'full':
      return `All that was left of the charge goes back to the renter: ${amount}.`;
    case 'partial':
      return `A part of the charge goes back to the renter: ${amount}.`;
    case 'none':
      return 'Nothing goes back to the renter.';
  }
}

export const sideName = (dispute: Pick<DisputeRead, 'renterName' | 'providerName'>, side: DisputeSide): string =>
  side === 'renter' ? dispute.renterName : dispute.providerName;

/** The side that did not open it, and may answer. */
export const otherSide = (side: DisputeSide): DisputeSide => (side === 'renter' ? 'provider' : 'renter');
