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
  type DatabaseFacts,
} from './report-data';

/** The facts in the text. */
export interface SupportFacts {
  /** Time of creation, in ms since the epoch. */
  at: number;
  app: { version: string; electron: string; chromium: string; packaged: boolean };
  system: { platform: string; arch: string; version: string; locale: string };
  database: DatabaseFacts | Failure;
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

function databaseLines(database: SupportFacts['database']): string[] {
  if ('code' in database) return [`The database cannot be read: ${failureText(database)}`];
  const unlisted = database.changes.length - MAX_LISTED;
  return [
    `Organizations: ${database.organizations} (${database.withoutSignIn} without a sign-in, ${database.neverRead} never read, ${database.changedElsewhere} changed at Cloudflare)`,
    `Drafts: ${database.drafts}`,
    `Saves: ${database.saves.running} going on or over, ${database.saves.paused} paused`,
    `Writes with an unknown end: ${database.abandoned}`,
    ...(database.signIns.length === 0 ? ['Sign-ins: none'] : database.signIns.map(signInLine)),
    `Changes not confirmed: ${database.changes.length}`,
    ...database.changes.slice(0, MAX_LISTED).map(changeLine),
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
      ...databaseLines(facts.database),
      `Database: ${kilobytes(sizes.database)}, set aside: ${kilobytes(sizes.setAside)}, log: ${kilobytes(sizes.log)}`,
      `Messages shown: ${banners.length === 0 ? 'nothing' : banners.join(', ')}`,
    ],
    'End of the log': log.length === 0 ? ['nothing'] : [...log],
  };
  return Object.entries(sections)
    .map(([title, lines]) => [title, ...lines].join('\n'))
    .join('\n\n');
}
