import type { Page } from 'playwright-core';
import { mouse, type Hands } from './hands.ts';

interface Newcomer {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Makes an account from the market; ends there. */
export async function signUpWith(hands: Hands, page: Page, person: Newcomer): Promise<void> {
  await hands.press(page, 'link', 'Sign in');
  await hands.press(page, 'link', 'Make an account');
  await hands.type(page, 'Name', person.name);
  await hands.type(page, 'E-mail', person.email);
  await hands.type(page, 'Password', person.password);
  await hands.press(page, 'button', 'Make the account');
  await page.getByRole('button', { name: new RegExp(person.name) }).waitFor();
}

export async function signUpByClicking(page: Page, person: Newcomer): Promise<void> {
  await signUpWith(mouse, page, person);
}

/** Lets somebody in who has an account; ends on the market. */
export async function signIn(
  hands: Hands,
  page: Page,
  person: { readonly email: string; readonly password: string },
): Promise<void> {
  await hands.press(page, 'link', 'Sign in');
  await hands.type(page, 'E-mail', person.email);
  await hands.type(page, 'Password', person.password);
  await hands.press(page, 'button', 'Sign in');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}
