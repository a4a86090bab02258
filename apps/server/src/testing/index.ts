/** What tests of another app need to run this product for real. */
export { waitFor } from '../demo/wait-for.ts';
export { signIn, signUp, type MarketClient } from '../demo/market-client.ts';
export { Installation, type RunningServer } from '../e2e/testing/installation.ts';
export { fillLabMarket, useLab, type LabMarket } from '../e2e/testing/lab-market.ts';
export { startStripeWorld, type StripeWorld } from '../e2e/testing/stripe-world.ts';
export { PASSWORD } from '../e2e/testing/people.ts';
export { serveMoney, type MoneyPerson, type ServedMoney } from './served-money.ts';
