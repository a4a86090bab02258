import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { DesktopCore } from '../core/desktop-core.ts';

/** Turns the core's menu into the real one. */
export function installMenu(core: Pick<DesktopCore, 'menu' | 'command'>): void {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      core.menu.map(({ label, items }) => ({
        label,
        submenu: items.map((item): MenuItemConstructorOptions => {
          switch (item.kind) {
            case 'separator':
              return { type: 'separator' };
            case 'role':
              return { role: item.role, ...(item.accelerator === null ? {} : { accelerator: item.accelerator }) };
            case 'command':
              return {
                label: item.label,
                ...(item.accelerator === null ? {} : { accelerator: item.accelerator }),
                registerAccelerator: !item.heardByPage,
                click: () => core.command(item.command),
              };
          }
        }),
      })),
    ),
  );
}
