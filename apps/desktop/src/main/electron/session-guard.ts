import type { Session } from 'electron';
import type { DesktopCore } from '../core/desktop-core.ts';

/** Everything that a page may ask of the system goes through the core's policy; devices and downloads are never given. */
export function guardSession(session: Session, core: DesktopCore): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(core.decidePermission({ permission, requester: details.requestingUrl, isMainFrame: details.isMainFrame }));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) =>
    core.decidePermission({ permission, requester: requestingOrigin, isMainFrame: details.isMainFrame }),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.on('will-download', (event) => event.preventDefault());
}
