/**
 * How the program is packed. The feed for updates is named by RSM_UPDATE_FEED when it is built for a marketplace: without it the
 * program looks for none and says so.
 *
 * @type {import('electron-builder').Configuration}
 */
const feed = process.env['RSM_UPDATE_FEED'] ?? '';

export default {
  appId: 'org.remote-servers-marketplace.desktop',
  productName: 'Remote Servers Marketplace',
  copyright: 'Remote Servers Marketplace contributors, Apache-2.0',
  directories: { output: 'release', buildResources: 'build' },
  // The build holds everything but ssh2 and electron-updater, which come along as the only dependencies.
  files: ['out/**', '!out/**/*.map', '!out/renderer/.vite/**', 'package.json'],
  asar: true,
  // ssh2's native helpers are optional, and a build of them would need a compiler on every system.
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: [{ name: 'Remote Servers Marketplace', schemes: ['rsm'] }],
  // A release is signed or it is none.
  forceCodeSigning: process.env['RSM_MUST_SIGN'] === '1',
  publish: feed === '' ? null : { provider: 'generic', url: feed },
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  linux: {
    executableName: 'remote-servers-marketplace',
    category: 'Development',
    icon: 'build/icons',
    synopsis: 'Rent and provide servers over SSH, with evidence for every claim.',
    maintainer: 'Remote Servers Marketplace contributors <maintainers@remote-servers-marketplace.example>',
    target: ['AppImage', 'deb', 'rpm'].map((target) => ({ target, arch: ['x64', 'arm64'] })),
  },
  win: { icon: 'build/icon.ico', target: [{ target: 'nsis', arch: ['x64', 'arm64'] }] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    icon: 'build/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    // The zip is what electron-updater installs; the dmg is for people.
    target: ['dmg', 'zip'].map((target) => ({ target, arch: ['x64', 'arm64'] })),
  },
};
