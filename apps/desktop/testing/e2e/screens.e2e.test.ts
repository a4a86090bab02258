// @module-tag ci

import { PASSWORD } from '@rsm/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { untilCalm, violationsInBothThemes } from '../scene/accessibility.ts';
import { signUpByClicking } from '../scene/door-flow.ts';
import { openScene, type Scene } from '../scene/scene.ts';
import { showScreen } from '../scene/show-screen.ts';
import { COMMON_SCREENS, DOOR_SCREENS } from '../scene/screens.ts';

/* Every screen as a newcomer sees it, with nothing to show yet. With something to show: main-job.e2e.test.ts. */
let scene: Scene;
let desktop: Desktop;

beforeAll(async () => {
  scene = await openScene();
  desktop = await scene.start();
  await desktop.load('/sign-in');
  await untilCalm(desktop.page);
});

afterAll(async () => {
  await scene?.close();
});

describe('before anybody has signed in', () => {
  it.each(DOOR_SCREENS)('$name can be used by everybody, in both themes', async ({ path }) => {
    await showScreen(desktop.page, path);
    expect(await violationsInBothThemes(desktop.page)).toEqual([]);
  });
});

describe('for a newcomer', () => {
  beforeAll(async () => {
    await desktop.load('/');
    await signUpByClicking(desktop.page, { name: 'New Comer', email: 'new@desktop.example', password: PASSWORD });
  });

  it.each(COMMON_SCREENS)('$name can be used by everybody, in both themes', async ({ path }) => {
    await showScreen(desktop.page, path);
    expect(await violationsInBothThemes(desktop.page)).toEqual([]);
  });
});

it('a label that is taken away is found, so that this can fail', async () => {
  await desktop.load('/sign-in');
  await untilCalm(desktop.page);
  await desktop.page.evaluate(() => {
    for (const button of document.querySelectorAll('button')) button.textContent = '';
    document.body.insertAdjacentHTML('beforeend', '<p class="too-pale">pale</p>');
    document
      .querySelector<HTMLElement>('.too-pale')
      ?.style.setProperty('color', 'color-mix(in srgb, canvastext 20%, canvas)');
  });
  const rules = (await violationsInBothThemes(desktop.page)).map((line) => line.split(': ').slice(0, 2).join(' '));
  expect(rules).toEqual(expect.arrayContaining(['light button-name', 'light color-contrast', 'dark color-contrast']));
});
