export {
  STAND_IN_SECRET_KEY,
  STAND_IN_WEBHOOK_SECRETS,
  startStripeStandIn,
  type StandInTrouble,
  type StripeStandIn,
  type StripeStandInOptions,
} from '../payments/stripe/testing/stripe-stand-in.ts';
