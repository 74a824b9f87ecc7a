/**
 * The contract: every call the window may make and every event it may hear, declared once with the
 * schemas of what goes in and out. Preload, gate, window and test doubles are computed from it, so
 * this list is the allow-list. To add a call: declare it in its room in calls/, register it in one
 * feature of main, use it in a component.
 */
import * as v from 'valibot';
import { additionStatusSchema } from '../additions';
import { bannerSchema } from '../banner';
import { bulkJobSchema } from '../bulk';
import { connectionSchema } from '../connection';
import { localeSchema } from '../language';
import { organizationIdSchema, organizationViewSchema } from '../organization';
import { initialFetchSchema } from '../initial-fetch';
import { checkStatusSchema, settingsSchema } from '../settings';
import { signInSchema } from '../sign-in';
import { updateStatusSchema } from '../updates';
import { additionCalls } from './additions';
import { appCalls } from './app';
import { connectionCalls } from './connection';
import { signInCalls } from './sign-ins';
import { organizationCalls } from './organizations';
import { bulkCalls } from './bulk';
import { nothing } from './schemas';

/** Commands of the menu that the window carries out. */
export const MENU_COMMANDS = [
  'add',
  'search',
  'save',
  'refresh',
  'discard',
  'settings',
  'export',
  'import',
  'support',
] as const;

/** Every call: its room, its name, the schema of its request and of its answer. */
export const calls = {
  ...appCalls,
  ...connectionCalls,
  ...signInCalls,
  ...organizationCalls,
  ...additionCalls,
  ...bulkCalls,
} as const;

/** Every event main sends to the window, with the schema of what it carries. */
export const events = {
  /**
   * These entries (null: any of them) are other ones since this commit, and those removed are gone: whoever
   * shows something older asks again.
   */
  organizationsChanged: v.object({
    commit: v.number(),
    ids: v.nullable(v.array(organizationIdSchema)),
    removed: v.array(organizationIdSchema),
  }),
  organizationChanged: organizationViewSchema,
  signInsChanged: v.array(signInSchema),
  connectionChanged: connectionSchema,
  bannersChanged: v.array(bannerSchema),
  settingsChanged: settingsSchema,
  /** Another language is spoken from now on. */
  localeChanged: localeSchema,
  checksChanged: checkStatusSchema,
  initialFetchChanged: v.nullable(initialFetchSchema),
  bulkChanged: v.array(bulkJobSchema),
  additionsChanged: additionStatusSchema,
  updatesChanged: updateStatusSchema,
  menuCommand: v.object({ command: v.picklist(MENU_COMMANDS) }),
  /**
   * The person followed one of the system's notifications: to this organization, or with null to
   * everything that needs attention.
   */
  showRequested: v.object({ organizationId: v.nullable(organizationIdSchema) }),
  /** The window is about to close: keep what is typed, then call `app.flushed`. */
  closing: nothing,
} as const;
