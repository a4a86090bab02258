import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { BUILD_FOLDER } from '../host/built-program.ts';

/**
 * `npm run icons`: draws the icon in every size that a desktop wants. The files are kept in Git, because electron-builder would
 * download a converter otherwise. It makes .ico and .icns from the largest one on the systems that use them.
 */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;
const LARGEST = 1024;

const svg = await readFile(join(BUILD_FOLDER, 'src/renderer/public/icon.svg'), 'utf8');
const folder = join(BUILD_FOLDER, 'build');
await mkdir(join(folder, 'icons'), { recursive: true });
const testBrowser = await launchBrowser();
try {
  const page = await testBrowser.browser.newPage();
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    const picture = await page.screenshot({ omitBackground: true });
    await writeFile(join(folder, 'icons', `${size}x${size}.png`), picture);
    if (size === LARGEST) await writeFile(join(folder, 'icon.png'), picture);
  }
} finally {
  await testBrowser.close();
}
