import type { AppCommand, DesktopBridge } from '../../../shared/bridge.ts';

/** A menu without Electron: the adapter turns it into the real one. Roles are Electron's, which bring words and shortcuts. */
export interface MenuModel {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

export type MenuItem =
  | { readonly kind: 'separator' }
  /** The accelerator goes before the role's own; null leaves that. */
  | { readonly kind: 'role'; readonly role: MenuRole; readonly accelerator: string | null }
  | {
      readonly kind: 'command';
      readonly label: string;
      readonly accelerator: string | null;
      /** The page hears these keys itself; the menu only shows them. */
      readonly heardByPage: boolean;
      readonly command: AppCommand;
    };

export type MenuRole =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'reload'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'minimize'
  | 'close'
  | 'front';

const separator: MenuItem = { kind: 'separator' };
const role = (name: MenuRole, accelerator: string | null = null): MenuItem => ({
  kind: 'role',
  role: name,
  accelerator,
});
const screen = (label: string, path: string, accelerator: string | null = null): MenuItem => ({
  kind: 'command',
  label,
  accelerator,
  heardByPage: false,
  command: { kind: 'navigate', path },
});
const settings: MenuItem = {
  kind: 'command',
  label: 'Settings…',
  accelerator: 'CmdOrCtrl+,',
  heardByPage: false,
  command: { kind: 'settings' },
};
const palette: MenuItem = {
  kind: 'command',
  label: 'Go to…',
  accelerator: 'CmdOrCtrl+K',
  heardByPage: true,
  command: { kind: 'palette' },
};

/** The menu as people know it on their system: on a Mac settings, about and quit stand under the program's name. */
export function menuFor(platform: DesktopBridge['app']['platform']): readonly MenuModel[] {
  const mac = platform === 'darwin';
  const program: MenuModel = {
    label: 'Remote Servers Marketplace',
    items: [
      role('about'),
      separator,
      settings,
      separator,
      role('services'),
      separator,
      role('hide'),
      role('hideOthers'),
      role('unhide'),
      separator,
      role('quit'),
    ],
  };
  const edit: readonly MenuItem[] = [
    role('undo'),
    role('redo'),
    separator,
    role('cut'),
    role('copy'),
    role('paste'),
    role('selectAll'),
  ];
  return [
    ...(mac ? [program] : []),
    {
      label: 'File',
      items: mac ? [role('close')] : [settings, separator, role('quit')],
    },
    { label: 'Edit', items: edit },
    {
      label: 'Go',
      items: [
        palette,
        separator,
        screen('Market', '/', 'CmdOrCtrl+1'),
        screen('Bookings', '/bookings', 'CmdOrCtrl+2'),
        screen('Wallet', '/wallet', 'CmdOrCtrl+3'),
        screen('SSH keys', '/ssh-keys', 'CmdOrCtrl+4'),
        screen('Machines', '/machines', 'CmdOrCtrl+5'),
        screen('Inbox', '/inbox', 'CmdOrCtrl+6'),
      ],
    },
    {
      label: 'View',
      items: [
        // A shell searches its history with Ctrl+R.
        mac ? role('reload') : role('reload', 'F5'),
        separator,
        role('resetZoom'),
        role('zoomIn'),
        role('zoomOut'),
        separator,
        role('togglefullscreen'),
      ],
    },
    // Elsewhere the window's own frame does this, and the roles' keys (Ctrl+W, Ctrl+M) are those of a shell.
    mac ? { label: 'Window', items: [role('minimize'), role('front')] } : { label: 'Help', items: [role('about')] },
  ];
}
