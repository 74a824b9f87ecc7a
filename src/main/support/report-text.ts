/**
 * *Details for support* as a text. It is in English whatever the language of the window is: whoever
 * helps has to read it. A pure function of what may be known; see report-data.ts.
 */
import type { Failure } from '../../shared/failure';
import type { Settings } from '../../shared/settings';
import type { ConnectionStatus } from '../sync/connectivity';
import {
  failureWord,
  settingLines,
  type ChangeFacts,
  type SignInFacts,
  type StoreFacts,
} from './report-data';

/** What the text is made of. */
export interface SupportFacts {
  /** When it is made, ms since the epoch. */
  at: number;
  app: { version: string; electron: string; chromium: string; packaged: boolean };
  system: { platform: string; arch: string; version: string; locale: string };
  store: StoreFacts | Failure;
  settings: Settings;
  connection: ConnectionStatus & { blockedUntil: number | null };
  /** Kinds of what the window tells about the app's own data right now. */
  banners: readonly string[];
  /** In bytes. */
  sizes: { database: number; setAside: number; log: number };
  /** Lines of the log, reduced. */
  log: readonly string[];
}

/** So many changes are listed one by one. */
const LISTED = 30;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1_000)} kB`;

/** Seconds from or to a moment: never the moment itself, which the reader's clock does not share. */
function distance(at: number | null, now: number): string {
  if (at === null) return 'never';
  const seconds = Math.round((at - now) / 1_000);
  return seconds > 0 ? `in ${seconds} s` : `${-seconds} s ago`;
}

/** A version as numbers: a kernel may carry the name of whoever built it. */
function numbersOf(version: string): string {
  return /^\d+(\.\d+)*/.exec(version)?.[0] ?? 'unknown';
}

function connectionLines({ connection, at }: SupportFacts): string[] {
  const failure = failureWord(connection.failure);
  const { blockedUntil, nextTryAt } = connection;
  return [
    `Cloudflare: ${connection.state}${failure ? `, ${failure}` : ''}`,
    `Last answer: ${distance(connection.answeredAt, at)}`,
    ...(nextTryAt === null ? [] : [`Next try: ${distance(nextTryAt, at)}`]),
    ...(blockedUntil === null ? [] : [`Rate limit: asking again ${distance(blockedUntil, at)}`]),
  ];
}

function signInLine({ letter, state, issue, ...counts }: SignInFacts): string {
  const { organizations, waiting, paused } = counts;
  const how = issue ? `, ${issue}` : '';
  return `Sign-in ${letter}: ${state}${how}; ${organizations} organizations, ${waiting} changes waiting, ${paused} paused`;
}

function changeLine({ signIn, state, failure, attempts, fields }: ChangeFacts): string {
  const by = signIn ? `sign-in ${signIn}` : 'no sign-in';
  const how = failure ? `, ${failure}` : '';
  return `- ${state}${how}; ${by}, ${fields} fields, ${attempts} tries`;
}

function storeLines(store: SupportFacts['store']): string[] {
  if ('code' in store) return [`The database cannot be read: ${failureWord(store)}`];
  const more = store.changes.length - LISTED;
  return [
    `Organizations: ${store.organizations} (${store.withoutSignIn} without a sign-in, ${store.neverRead} never read, ${store.changedElsewhere} changed at Cloudflare)`,
    `Drafts: ${store.drafts}`,
    `Jobs: ${store.jobs.running} going on or over, ${store.jobs.paused} paused`,
    `Writes with an unknown end: ${store.abandoned}`,
    ...(store.signIns.length === 0 ? ['Sign-ins: none'] : store.signIns.map(signInLine)),
    `Changes not confirmed: ${store.changes.length}`,
    ...store.changes.slice(0, LISTED).map(changeLine),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

/** Writes the text. */
export function supportText(facts: SupportFacts): string {
  const { app, system, sizes, banners, log } = facts;
  const sections: Record<string, string[]> = {
    Letterhead: [
      `Version: ${app.version}${app.packaged ? '' : ' (development)'}`,
      `Electron ${app.electron}, Chromium ${app.chromium}`,
      `System: ${system.platform} ${numbersOf(system.version)}, ${system.arch}`,
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
