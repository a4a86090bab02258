// @module-tag ci

import { PASSWORD } from '@rsm/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { signUpByClicking } from '../scene/door-flow.ts';
import { openScene, type Scene } from '../scene/scene.ts';

let scene: Scene;
let desktop: Desktop;

beforeAll(async () => {
  scene = await openScene();
  desktop = await scene.start();
});

afterAll(async () => {
  await scene?.close();
});

describe('a person who comes for the first time', () => {
  it('makes an account by clicking and sees the market', async () => {
    const { page } = desktop;
    await signUpByClicking(page, { name: 'First person', email: 'first@desktop.example', password: PASSWORD });
    await page.getByRole('heading', { name: 'Market', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('is still signed in when the program starts again', async () => {
    await desktop.load('/wallet');
    await desktop.page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    expect(new URL(desktop.page.url()).pathname).toBe('/wallet');
  });

  it('goes to the door when signed out, and comes back to the screen that was wanted', async () => {
    const { page } = desktop;
    await page.getByRole('button', { name: /First person/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page
      .getByRole('link', { name: 'Sign in' })
      .or(page.getByRole('button', { name: 'Sign in' }))
      .first()
      .waitFor();
    await desktop.load('/wallet');
    await page.getByLabel('E-mail').fill('first@desktop.example');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/wallet');
  });
});
