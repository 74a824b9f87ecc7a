/**
 * System notifications: one after a check that found changes, if the person wants notifications and the window
 * is not focused. A focused window already shows which entries have changed.
 */
import type { NotificationConstructorOptions } from 'electron';
import { m } from '../../shared/messages';
import { nameOf } from '../../shared/messages/entry-name';
import { numberText } from '../../shared/messages/locale';
import { entryNameOf } from '../../shared/organization';
import type { Database } from '../database';

/** The part of an Electron notification that is used here. */
interface SystemNotification {
  on(event: 'click' | 'close', listener: () => void): unknown;
  show(): void;
  close(): void;
}

/** The part of Electron's `Notification` class that is used here. */
export interface NotificationClass {
  isSupported(): boolean;
  new (options: NotificationConstructorOptions): SystemNotification;
}

/** Dependencies of the notifications. */
export interface NotificationsOptions {
  Notification: NotificationClass;
  database: Database;
  /** Whether the person wants notifications. */
  isWanted: () => boolean;
  /** Whether the window is focused. */
  isFocused: () => boolean;
  /** Shows this organization in the window; with null, everything that needs attention. */
  show: (entryId: string | null) => void;
}

/** Builds a function that notifies the person of the organizations that a check found changed. */
export function createNotifications(
  options: NotificationsOptions,
): (entryIds: readonly string[]) => void {
  const { Notification, database, isWanted, isFocused, show } = options;
  // Keep a reference: a notification that is garbage-collected loses its click event.
  let current: SystemNotification | null = null;

  /** Contains at most the organization's name: the content of a profile must not appear on a locked screen. */
  function titleFor(ids: readonly string[]): string {
    if (ids.length > 1) return m.checks_notification_several({ count: numberText(ids.length) });
    const read = database.read((tables) => tables.organizations.get(ids[0] ?? ''));
    return read.ok && read.value?.name
      ? m.checks_notification_one({ name: nameOf(entryNameOf(read.value)) })
      : m.checks_notification_unnamed();
  }

  return (ids) => {
    if (ids.length === 0 || !isWanted() || isFocused() || !Notification.isSupported()) return;
    current?.close();
    const notification = new Notification({
      title: titleFor(ids),
      body: m.checks_notification_next(),
    });
    current = notification;
    notification.on('click', () => show(ids.length === 1 ? (ids[0] ?? null) : null));
    notification.on('close', () => {
      if (current === notification) current = null;
    });
    notification.show();
  };
}
