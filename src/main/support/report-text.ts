/**
 * The text of *Details for support*. It is always in English, because the people who provide support read it.
 * It is built only from facts that may be shared (report-data.ts).
 */
import type { Failure } from '../../shared/failure';
import type { Settings } from '../../shared/settings';
import type { ConnectionStatus } from '../sync';
import {
  failureText,
  settingLines,
  type ChangeFacts,
  type SignInFacts,
  type StoreFacts,
} from './report-data';

/** The facts in the text. */
export interface SupportFacts {
  /** Time of creation, in ms since the epoch. */
  at: number;
  app: { version: string; electron: string; chromium: string; packaged: boolean };
  system: { platform: string; arch: string; version: string; locale: string };
  store: StoreFacts | Failure;
  settings: Settings;
  /** `blockedUntil`: when the rate limit allows the next request, in ms since the epoch; null if it does now. */
  connection: ConnectionStatus & { blockedUntil: number | null };
  /** Kinds of the banners shown at the moment. */
  banners: readonly string[];
  /** File sizes, in bytes. */
  sizes: { database: number; setAside: number; log: number };
  /** Last lines of the log, redacted. */
  log: readonly string[];
}

/** How many changes are listed individually. */
const MAX_LISTED = 30;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1_000)} kB`;

/** The seconds until or since a moment, because the reader's clock may differ. "never" for null. */
function relativeTime(at: number | null, now: number): string {
  if (at === null) return 'never';
  const seconds = Math.round((at - now) / 1_000);
  return seconds > 0 ? `in ${seconds} s` : `${-seconds} s ago`;
}

/** The numeric part of a version. The rest of a kernel's version may contain the name of the person who built it. */
function versionNumbers(version: string): string {
  return /^\d+(\.\d+)*/.exec(version)?.[0] ?? 'unknown';
}

function connectionLines({ connection, at }: SupportFacts): string[] {
  const failure = failureText(connection.failure);
  const { blockedUntil, nextTryAt } = connection;
  return [
    `Cloudflare: ${connection.state}${failure ? `, ${failure}` : ''}`,
    `Last answer: ${relativeTime(connection.answeredAt, at)}`,
    ...(nextTryAt === null ? [] : [`Next try: ${relativeTime(nextTryAt, at)}`]),
    ...(blockedUntil === null
      ? []
      : [`Rate limit: asking again ${relativeTime(blockedUntil, at)}`]),
  ];
}

function signInLine({ label, state, issue, ...counts }: SignInFacts): string {
  const { organizations, waiting, paused } = counts;
  const issueText = issue ? `, ${issue}` : '';
  return `Sign-in ${label}: ${state}${issueText}; ${organizations} organizations, ${waiting} changes waiting, ${paused} paused`;
}

function changeLine({ signIn, state, failure, attempts, fields }: ChangeFacts): string {
  const signInText = signIn ? `sign-in ${signIn}` : 'no sign-in';
  const failureSuffix = failure ? `, ${failure}` : '';
  return `- ${state}${failureSuffix}; ${signInText}, ${fields} fields, ${attempts} tries`;
}

function storeLines(store: SupportFacts['store']): string[] {
  if ('code' in store) return [`The database cannot be read: ${failureText(store)}`];
  const unlisted = store.changes.length - MAX_LISTED;
  return [
    `Organizations: ${store.organizations} (${store.withoutSignIn} without a sign-in, ${store.neverRead} never read, ${store.changedElsewhere} changed at Cloudflare)`,
    `Drafts: ${store.drafts}`,
    `Jobs: ${store.jobs.running} going on or over, ${store.jobs.paused} paused`,
    `Writes with an unknown end: ${store.abandoned}`,
    ...(store.signIns.length === 0 ? ['Sign-ins: none'] : store.signIns.map(signInLine)),
    `Changes not confirmed: ${store.changes.length}`,
    ...store.changes.slice(0, MAX_LISTED).map(changeLine),
    ...(unlisted > 0 ? [`- and ${unlisted} more`] : []),
  ];
}

/** Builds the text from the facts. */
export function supportText(facts: SupportFacts): string {
  const { app, system, sizes, banners, log } = facts;
  const sections: Record<string, string[]> = {
    Letterhead: [
      `Version: ${app.version}${app.packaged ? '' : ' (development)'}`,
      `Electron ${app.electron}, Chromium ${app.chromium}`,
      `System: ${system.platform} ${versionNumbers(system.version)}, ${system.arch}`,
      `Language: ${system.locale}`,
      `Made at: ${new Date(facts.at).toISOString().slice(0, 19)}Z`,
    ],
    Settings: settingLines(facts.settings),
    Connection: connectionLines(facts),
    'On this computer': [
      ...storeLines(facts.store),
      `Database: ${kilobytes(sizes.database)}, set aside: ${kilobytes(sizes.setAside)}, log: ${kilobytes(sizes.log)}`,
      `Shown above the page: ${banners.length === 0 ? 'nothing' : banners.join(', ')}`,
    ],
    'End of the log': log.length === 0 ? ['nothing'] : [...log],
  };
  return Object.entries(sections)
    .map(([title, lines]) => [title, ...lines].join('\n'))
    .join('\n\n');
}
