/** How this build gets updates, and the status of that. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { shortTextSchema } from './limits';

/** Whether updates are found, downloaded and installed automatically. */
export const UPDATE_CHOICES = ['automatic', 'off'] as const;

/**
 * What this build can do: `install` downloads and installs updates, `notify` only notifies of them, `none`
 * asks no server.
 */
const updateModeSchema = v.picklist(['install', 'notify', 'none']);

/** Why a build cannot install updates. */
export const updateReasonSchema = v.picklist([
  /** The system's package manager, or a person, installs new versions. */
  'package',
  /** It has no signature that a new version could be compared with. */
  'unsigned',
  /** It was built without the URL of an update server. */
  'no-server',
  /** It is not packaged at all. */
  'development',
]);

/** Schema of the status of updates. */
export const updateStatusSchema = v.object({
  mode: updateModeSchema,
  /** Why this build cannot install updates; null if `mode` is `install`. */
  reason: v.nullable(updateReasonSchema),
  /**
   * `ready`: a newer version is downloaded and verified, and is installed when the app quits. `available`:
   * there is a newer version, but this build cannot install it.
   */
  step: v.picklist(['off', 'idle', 'checking', 'downloading', 'available', 'ready']),
  /** The newer version, such as `1.2.3`, or null. */
  version: v.nullable(shortTextSchema),
  /** When the update server last answered, ms since the epoch, or null. */
  checkedAt: v.nullable(v.number()),
  /** Why the last check, download or installation failed, or null. */
  failure: v.nullable(failureSchema),
});

/** The status of updates. */
export type UpdateStatus = v.InferOutput<typeof updateStatusSchema>;
