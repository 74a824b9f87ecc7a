/** How this build gets newer versions, and how that stands. */
import * as v from 'valibot';
import { failureSchema } from './failure';

/** Whether updates are looked for, downloaded and installed without being asked. */
export const UPDATE_CHOICES = ['automatic', 'off'] as const;

/**
 * What this build can do: `itself` downloads and installs, `tells` only says that there is something
 * newer, `none` asks nobody.
 */
export const updateWaySchema = v.picklist(['itself', 'tells', 'none']);

/** Why a build cannot do more than it does. */
export const updateWhySchema = v.picklist([
  /** The system's package manager, or a person, brings new versions. */
  'package',
  /** It carries no signature that a new version could be held against. */
  'unsigned',
  /** Its file lies where this person may not write. */
  'folder',
  /** It was made without the address of an update server. */
  'no-server',
  /** It is not packaged at all. */
  'development',
]);

/** Schema of how updates stand. */
export const updateStatusSchema = v.object({
  way: updateWaySchema,
  /** Why it is not `itself`, else null. */
  why: v.nullable(updateWhySchema),
  /**
   * `ready`: downloaded, held against what was announced, installed when the app quits. `available`:
   * there is a newer version that this build cannot install.
   */
  step: v.picklist(['off', 'idle', 'looking', 'downloading', 'available', 'ready']),
  /** The newer version, such as `1.2.3`, or null. */
  version: v.nullable(v.string()),
  /** When the update server last answered, ms since the epoch, or null. */
  lookedAt: v.nullable(v.number()),
  /** Why the last look, download or installation did not work, or null. */
  failure: v.nullable(failureSchema),
});

/** How updates stand. */
export type UpdateStatus = v.InferOutput<typeof updateStatusSchema>;
