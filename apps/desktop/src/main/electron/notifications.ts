import { Notification } from 'electron';
import type { NotificationsPort } from '../core/ports.ts';

/** A notification that nothing holds is collected, and its click is lost. */
const HELD_MAX = 20;

export function electronNotifications(): NotificationsPort {
  const held: Notification[] = [];
  return {
    show: ({ title, body, onClick }) => {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      notification.on('click', onClick);
      held.push(notification);
      if (held.length > HELD_MAX) held.shift();
      notification.show();
    },
  };
}
