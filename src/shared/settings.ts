/** What a person chooses in Settings, and how the background check they choose there stands. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { LANGUAGE_CHOICES } from './language';
import { UPDATE_CHOICES } from './updates';

/** How often profiles are checked in the background. */
export const CHECK_INTERVALS = ['off', '15-minutes', '1-hour', '4-hours', '1-day'] as const;

/** How often profiles are checked in the background. */
export type CheckInterval = (typeof CHECK_INTERVALS)[number];

/** Light or dark, or what the system says. */
export const APPEARANCES = ['system', 'light', 'dark'] as const;

/** Light or dark, or what the system says. */
export type Appearance = (typeof APPEARANCES)[number];

/** Schema of the preferences. */
export const settingsSchema = v.object({
  checkEvery: v.picklist(CHECK_INTERVALS),
  /** Whether changes found in the background are told by the system's notifications. */
  notify: v.boolean(),
  appearance: v.picklist(APPEARANCES),
  language: v.picklist(LANGUAGE_CHOICES),
  updates: v.picklist(UPDATE_CHOICES),
});

/** The preferences. */
export type Settings = v.InferOutput<typeof settingsSchema>;

/** What holds until a person chooses something else. */
export const DEFAULT_SETTINGS: Settings = {
  checkEvery: '1-hour',
  notify: false,
  appearance: 'system',
  language: 'system',
  updates: 'automatic',
};

/** Schema of how the background check stands. */
export const checkStatusSchema = v.object({
  running: v.boolean(),
  /** Organizations checked and to be checked by the run under way; 0 and 0 without one. */
  done: v.number(),
  total: v.number(),
  /** When the last run ended, ms since the epoch, or null. */
  endedAt: v.nullable(v.number()),
  /** Organizations it checked. */
  checked: v.number(),
  /** Saved organizations it could not check: unread, refused, without network or a working sign-in. */
  unchecked: v.number(),
  /** Organizations it found changed. */
  changed: v.number(),
  /** Why the last run could not check everything, or null. */
  failure: v.nullable(failureSchema),
  /** When the next run begins, ms since the epoch, or null (off). */
  nextAt: v.nullable(v.number()),
});

/** How the background check stands. */
export type CheckStatus = v.InferOutput<typeof checkStatusSchema>;
