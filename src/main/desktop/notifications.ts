/**
 * The system's notifications: one after a check that found changes, if the person wants them and is
 * not looking at the window, which shows the marks by itself.
 */
import type { NotificationConstructorOptions } from 'electron';
import { m } from '../../shared/messages';
import { numberText } from '../../shared/messages/locale';
import type { Store } from '../database/tables';

/** One notification of Electron's, as far as it is used here. */
interface Shown {
  on(event: 'click' | 'close', listener: () => void): unknown;
  show(): void;
  close(): void;
}

/** Electron's `Notification`, as far as it is used here. */
export interface NotificationClass {
  isSupported(): boolean;
  new (options: NotificationConstructorOptions): Shown;
}

/** What notifications need. */
export interface NotificationsOptions {
  Notification: NotificationClass;
  store: Store;
  /** Whether the person wants them. */
  wanted: () => boolean;
  /** Whether the person looks at the window. */
  isFocused: () => boolean;
  /** Shows this organization in the window, or with null everything that needs attention. */
  show: (organizationId: string | null) => void;
}

/** Builds the function that tells of organizations a check found changed. */
export function createNotifications(
  options: NotificationsOptions,
): (organizationIds: readonly string[]) => void {
  const { Notification, store, wanted, isFocused, show } = options;
  // Held on to: one that nobody holds loses its click when memory is tidied up.
  let current: Shown | null = null;

  /** Names only: what stands in a profile is nobody's business on a locked screen. */
  function titleFor(ids: readonly string[]): string {
    if (ids.length > 1) return m.checks_notice_several({ count: numberText(ids.length) });
    const read = store.read((tables) => tables.organizations.get(ids[0] ?? ''));
    const name = read.ok ? read.value?.name : null;
    return name ? m.checks_notice_one({ name }) : m.checks_notice_unnamed();
  }

  return (ids) => {
    if (ids.length === 0 || !wanted() || isFocused() || !Notification.isSupported()) return;
    current?.close();
    const notification = new Notification({
      title: titleFor(ids),
      body: m.checks_notice_next(),
    });
    current = notification;
    notification.on('click', () => show(ids.length === 1 ? (ids[0] ?? null) : null));
    notification.on('close', () => {
      if (current === notification) current = null;
    });
    notification.show();
  };
}
