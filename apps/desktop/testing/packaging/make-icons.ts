import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { BUILD_FOLDER } from '../host/built-program.ts';
import { ICO_SIZES, makeIcns, makeIco, type SizedPng } from './icon-containers.ts';

/**
 * `npm run icons`: draws the icon in every size that a desktop wants, and puts them into the containers of Windows and macOS. The
 * files are kept in Git: electron-builder would scale the small ones down from the largest, and download a converter for it.
 */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;

const svg = await readFile(join(BUILD_FOLDER, 'src/renderer/public/icon.svg'), 'utf8');
const folder = join(BUILD_FOLDER, 'build');
await mkdir(join(folder, 'icons'), { recursive: true });
const pictures: SizedPng[] = [];
const testBrowser = await launchBrowser();
try {
  const page = await testBrowser.browser.newPage();
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    const picture = await page.screenshot({ omitBackground: true });
    await writeFile(join(folder, 'icons', `${size}x${size}.png`), picture);
    pictures.push({ size, png: picture });
  }
} finally {
  await testBrowser.close();
}

const ofWindows = ICO_SIZES.map((size) => pictures.find((picture) => picture.size === size));
await writeFile(join(folder, 'icon.ico'), makeIco(ofWindows.filter((picture) => picture !== undefined)));
await writeFile(join(folder, 'icon.icns'), makeIcns(pictures));
