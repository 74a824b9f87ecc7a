/** The preferences in Settings, and the status of the background check. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { LANGUAGE_CHOICES } from './language';
import { UPDATE_CHOICES } from './updates';

/** How often profiles are checked in the background. */
export const CHECK_INTERVALS = ['off', '15-minutes', '1-hour', '4-hours', '1-day'] as const;

/** How often profiles are checked in the background. */
export type CheckInterval = (typeof CHECK_INTERVALS)[number];

/** Light, dark, or as the system. */
export const APPEARANCES = ['system', 'light', 'dark'] as const;

/** Light, dark, or as the system. */
export type Appearance = (typeof APPEARANCES)[number];

/** Schema of the preferences. */
export const settingsSchema = v.object({
  checkEvery: v.picklist(CHECK_INTERVALS),
  /** Whether changes found in the background are shown as system notifications. */
  notify: v.boolean(),
  appearance: v.picklist(APPEARANCES),
  language: v.picklist(LANGUAGE_CHOICES),
  updates: v.picklist(UPDATE_CHOICES),
});

/** The preferences. */
export type Settings = v.InferOutput<typeof settingsSchema>;

/** The default preferences. */
export const DEFAULT_SETTINGS: Settings = {
  checkEvery: '1-hour',
  notify: false,
  appearance: 'system',
  language: 'system',
  updates: 'automatic',
};

/** Schema of the status of the background check. */
export const checkStatusSchema = v.object({
  running: v.boolean(),
  /** How many organizations the running check has checked or could not check. 0 if none is running. */
  done: v.number(),
  /** How many the running check has to check. 0 if none is running. */
  total: v.number(),
  /** When the last run ended, ms since the epoch, or null. */
  endedAt: v.nullable(v.number()),
  /** How many organizations the last run checked. */
  checked: v.number(),
  /** How many the last run could not check: never read, refused, offline or without a working sign-in. */
  unchecked: v.number(),
  /** How many the last run found changed. */
  changed: v.number(),
  /** Why the last run could not check everything, or null. */
  failure: v.nullable(failureSchema),
  /** When the next run starts, ms since the epoch, or null (off). */
  nextAt: v.nullable(v.number()),
});

/** The status of the background check. */
export type CheckStatus = v.InferOutput<typeof checkStatusSchema>;
