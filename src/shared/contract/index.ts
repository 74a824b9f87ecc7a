/**
 * The contract between window and main: every call and every event, with schemas for requests, answers and
 * payloads. The preload, the IPC gate (which validates every call in main), the bridge types and the test
 * doubles are derived from it. So it is also the allow-list: what is not declared here cannot be called.
 *
 * CONTRIBUTING.md lists the files that another call or event takes.
 */
import * as v from 'valibot';
import { additionStatusSchema } from '../additions';
import { bannersSchema } from '../banner';
import { savesSchema } from '../saves';
import { batchesSchema, changeCountsSchema } from '../changes';
import { connectionSchema } from '../connection';
import { localeSchema } from '../language';
import { entryIdSchema, organizationViewSchema } from '../organization';
import { initialFetchSchema } from '../initial-fetch';
import { MAX_ORGANIZATIONS } from '../limits';
import { checkStatusSchema, settingsSchema } from '../settings';
import { signInsSchema } from '../sign-in';
import { tableCalls } from '../table';
import { selectionActionsStatusSchema } from '../selection-actions';
import { updateStatusSchema } from '../updates';
import { activityCalls } from './activity';
import { additionCalls } from './additions';
import { appCalls } from './app';
import { connectionCalls } from './connection';
import { labelCalls } from './labels';
import { signInCalls } from './sign-ins';
import { organizationCalls } from './organizations';
import { savesCalls } from './saves';
import { selectionActionsCalls } from './selection-actions';
import { MENU_COMMANDS, menuCalls, ORGANIZATION_COMMANDS, SELECTION_COMMANDS } from './menus';
import { nothing } from './schemas';

const changedIds = v.pipe(v.array(entryIdSchema), v.maxLength(MAX_ORGANIZATIONS));

/** Every call, by namespace and name, with the schemas of its request and answer. */
export const calls = {
  ...appCalls,
  ...connectionCalls,
  ...signInCalls,
  ...organizationCalls,
  ...labelCalls,
  ...activityCalls,
  ...tableCalls,
  ...additionCalls,
  ...savesCalls,
  ...menuCalls,
  ...selectionActionsCalls,
} as const;

/**
 * The events that carry a value of main, sent whenever it changes, with the schema of their payload. publications.ts
 * says when; without its entry there, an event is a type error.
 */
export const valueEvents = {
  signInsChanged: signInsSchema,
  connectionChanged: connectionSchema,
  bannersChanged: bannersSchema,
  settingsChanged: settingsSchema,
  checksChanged: checkStatusSchema,
  initialFetchChanged: v.nullable(initialFetchSchema),
  savesChanged: savesSchema,
  batchesChanged: batchesSchema,
  changesChanged: changeCountsSchema,
  /** How many rows of the file that is being imported are read; null while none is. */
  importProgressChanged: v.nullable(v.number()),
  selectionActionsChanged: selectionActionsStatusSchema,
  additionsChanged: additionStatusSchema,
  updatesChanged: updateStatusSchema,
} as const;

/** Every event that main sends to the window, with the schema of its payload. */
export const events = {
  ...valueEvents,
  /**
   * A commit changed entries: those in `ids` have new data (null: any entry may have), those in `removed` are
   * gone. Whatever shows data of an older commit must fetch it again.
   */
  organizationsChanged: v.object({
    commit: v.number(),
    ids: v.nullable(changedIds),
    removed: changedIds,
  }),
  organizationChanged: organizationViewSchema,
  /** The language of the app changed. */
  localeChanged: localeSchema,
  menuCommand: v.object({ command: v.picklist(MENU_COMMANDS) }),
  /** An item of the context menu of an organization was chosen. */
  organizationCommand: v.object({
    command: v.picklist(ORGANIZATION_COMMANDS),
    entryId: entryIdSchema,
  }),
  /** An item of the context menu of the selected organizations was chosen. */
  selectionCommand: v.object({ command: v.picklist(SELECTION_COMMANDS) }),
  /**
   * The person clicked a system notification: show this organization, or (null) everything that needs
   * attention.
   */
  showRequested: v.object({ entryId: v.nullable(entryIdSchema) }),
  /** The window is about to close: save what was typed, then call `app.flushed`. */
  closing: nothing,
} as const;
