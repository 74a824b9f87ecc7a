/**
 * The details for support contain nothing personal. The test plants secrets in the database, the log
 * and the paths. Not even six consecutive characters of a secret may appear in the details.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logFiles, logFolder } from '../../../src/main/support/log';
import { redactedLines } from '../../../src/main/support/redact';
import { gatherFacts } from '../../../src/main/support/collect';
import { lettersFor } from '../../../src/main/support/report-data';
import { supportText } from '../../../src/main/support/report-text';
import type { Tables } from '../../../src/main/database/tables';
import type { Failure } from '../../../src/shared/failure';
import type { Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, mapFields, type Profile } from '../../../src/shared/profile';
import { NOW, opened, temporaryFolder, write } from '../database/temporary-database';
import { KEY_SIGN_IN, ORGANIZATION } from '../samples';

const PIECE = 6;

/** Texts so unlikely that six characters of one in the details mean that it leaked. */
const secret = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/);
const hexOf = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

const planted = fc.record({
  texts: fc.array(secret, { minLength: 40, maxLength: 40 }),
  organization: hexOf(32),
  parent: hexOf(32),
  account: hexOf(32),
  signIn: hexOf(16),
  tokenSignIn: hexOf(16),
  key: hexOf(37),
  token: fc.stringMatching(/^cfut_[A-Za-z0-9]{48}$/),
});
type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

/** Creates a function that returns the next secret each time. */
function handOut({ texts }: Planted): () => string {
  let next = 0;
  return () => texts[next++ % texts.length]!;
}

/** Puts secrets into every text column of the database. */
function plant(tables: Tables, all: Planted): void {
  const text = handOut(all);
  const texts = (): Profile => mapFields(text);
  const patch = (save?: string): Patch =>
    Object.fromEntries(
      FIELD_NAMES.map((field) => [
        field,
        { base: text(), text: text(), ...(save === undefined ? {} : { save }) },
      ]),
    );
  const failure = (): Failure => ({
    code: 'profile.refused',
    status: 400,
    ray: text(),
    errors: [{ code: 1, message: text(), field: null, link: `https://${text()}.example/` }],
    messages: [{ code: null, message: text(), field: null, link: null }],
  });
  tables.signIns.put({
    ...KEY_SIGN_IN,
    id: all.signIn,
    label: text(),
    email: `${text()}@${text()}.example`,
    userId: text(),
    state: 'stored',
    checkedAt: NOW,
    issue: failure(),
    issueSince: null,
  });
  tables.signIns.put({
    ...KEY_SIGN_IN,
    kind: 'token',
    id: all.tokenSignIn,
    label: text(),
    email: '',
    userId: null,
    tokenId: text(),
    readOnly: 'refused',
    expiresAt: NOW,
    state: 'session-only',
    checkedAt: null,
    issue: { code: 'token.expired', ray: text() },
    issueSince: NOW,
  });
  const entryId = all.organization;
  const organization = { id: entryId, name: text(), signInId: all.signIn };
  const parent = { id: all.parent, name: text() };
  const at = { addedAt: NOW, viewedAt: null };
  tables.organizations.put({ ...ORGANIZATION, ...organization, ...at, parent });
  tables.organizations.put({ ...ORGANIZATION, ...organization, ...at, id: all.parent });
  tables.organizations.put({
    ...ORGANIZATION,
    ...at,
    kind: 'account',
    id: all.account,
    name: text(),
    parent,
    signInId: all.tokenSignIn,
  });
  tables.additions.put(all.tokenSignIn, [
    { kind: 'account', id: all.account, name: text(), parent, createdAt: NOW },
  ]);
  const times = { confirmedAt: NOW, checkedAt: NOW, changedElsewhere: true };
  tables.profiles.put({ entryId, fields: texts(), ...times });
  tables.drafts.put({ entryId, patch: patch(), updatedAt: NOW });
  const run = { id: text(), at: NOW, stage: 'sending', paused: true } as const;
  tables.saves.add({ ...run, fields: [...FIELD_NAMES] });
  tables.saves.addSubmitted(run.id, entryId, ['business_name']);
  tables.outbox.put({
    entryId,
    version: 3,
    patch: patch(run.id),
    attempted: texts(),
    remote: texts(),
    submittedAt: NOW,
    attempts: 2,
    nextTryAt: null,
    failure: failure(),
    state: 'refused',
    saveId: run.id,
  });
  tables.abandoned.put(entryId, texts());
  const author = { who: text(), via: 'api', at: NOW } as const;
  tables.revisions.add({ entryId, at: NOW, kind: 'saved', texts: texts(), author });
  tables.rateLimits.put({ userId: text(), state: { words: text() } });
  tables.settings.put('preferences', { checkEvery: text(), appearance: text(), more: text() });
  tables.settings.put(text(), text());
}

/** A log that contains secrets, as if masking them had failed when it was written. */
function logOf(all: Planted): string {
  const text = handOut(all);
  return [
    `[2026-11-24 15:30:00.000] [error]  ${text()}: TypeError`,
    `[2026-11-24 15:30:00.000] [error]  drafts.save: ${text()}`,
    `[2026-11-24 15:30:00.000] [error]  unreadable row in ${text()}: object`,
    `[2026-11-24 15:30:00.000] [${text()}]  database: Error`,
    `    at ${text()} (/home/${text()}/out/main/index.js:12:3)`,
    `    at ${text()} (/home/${text()}/out/main/chunks/app-x_Y-1234.js:9:155566)`,
    `    at submit (app-x_Y-1234.js:9:155567)`,
    `    at ${text()}-${text()}.js:1:2`,
    `[2026-11-24 15:30:01.000] [error]  refused: updates.unreachable: object`,
    `[2026-11-24 15:30:02.000] [error]  refused: ${text()}: object`,
    `    at /home/${text()}/${text()}.js:1:2`,
    `    at index.js:${text()}:1`,
    `x-auth-key: ${all.key}`,
    `Authorization: Bearer ${all.token}`,
    `${text()} at index.js:1:2 ${text()}`,
    JSON.stringify({ email: `${text()}@example.com` }),
  ].join('\n');
}

/** A build output. Returns its absolute path. */
function programFiles(): string {
  const out = temporaryFolder();
  mkdirSync(join(out, 'main/chunks'), { recursive: true });
  for (const file of ['main/index.js', 'main/chunks/app-x_Y-1234.js'])
    writeFileSync(join(out, file), '');
  return out;
}

function detailsFor(all: Planted): { text: string; folder: string } {
  const folder = join(temporaryFolder(), all.texts[0]!);
  mkdirSync(logFolder(folder), { recursive: true });
  for (const file of logFiles(folder)) writeFileSync(file, logOf(all));
  const { database } = opened(folder);
  write(database, (tables) => plant(tables, all));
  const facts = gatherFacts({
    now: () => NOW,
    userData: folder,
    out: programFiles(),
    database,
    app: { version: '1.2.3', electron: '33.2.1', chromium: '130.0.1', packaged: true },
    system: { platform: 'linux', arch: 'x64', version: `6.1.0-${all.texts[1]}`, locale: 'en-GB' },
    connection: () => ({
      state: 'offline',
      answeredAt: NOW - 5_000,
      failure: { code: 'network.unreachable', ray: all.texts[2]! },
      nextTryAt: NOW + 7_000,
      blockedUntil: null,
    }),
    banners: () => [{ kind: 'session-only' }],
  });
  database.close();
  return { text: supportText(facts), folder };
}

/** All pieces of secrets that occur in a text. */
function piecesIn(text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((whole) =>
    Array.from({ length: whole.length - PIECE + 1 }, (_, at) => whole.slice(at, at + PIECE)).filter(
      (piece) => text.includes(piece),
    ),
  );
}

describe('the details for support', () => {
  it('contain no piece of any personal text', () => {
    fc.assert(
      fc.property(planted, (all) => {
        const { text, folder } = detailsFor(all);
        const ids = [all.organization, all.parent, all.account, all.signIn, all.tokenSignIn];
        const secrets = [...all.texts, ...ids, all.key, all.token];
        expect(piecesIn(text, secrets)).toEqual([]);
        expect(text).not.toContain(folder);
        expect(text).not.toContain('/home');
        expect(text).not.toContain('@');
      }),
      { numRuns: 30 },
    );
  });

  it('still describe the state', () => {
    const [all] = fc.sample(planted, { numRuns: 1, seed: 4 });
    const { text } = detailsFor(all!);
    for (const line of [
      'Version: 1.2.3',
      'System: linux 6.1.0, x64',
      'Language: en-GB',
      'Background check: 1-hour',
      'Cloudflare: offline, network.unreachable',
      'Next try: in 7 s',
      'Organizations: 3 (0 without a sign-in, 2 never read, 1 changed at Cloudflare)',
      'Drafts: 1',
      'Sign-in A: stored, profile.refused (HTTP 400); 2 organizations, 0 changes waiting, 0 paused',
      'Sign-in B: session-only, token.expired; 1 organizations, 0 changes waiting, 0 paused',
      '- refused, profile.refused (HTTP 400); sign-in A, 5 fields, 2 tries',
      'Messages shown: session-only',
      '2026-11-24 15:30:00 elsewhere: TypeError',
      '2026-11-24 15:30:00 drafts.save: another kind',
      '  at index.js:12:3',
      '  at app-x_Y-1234.js:9:155566',
      '  at app-x_Y-1234.js:9:155567',
      '2026-11-24 15:30:01 refused: updates.unreachable: object',
      '2026-11-24 15:30:02 elsewhere: object',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('contain the reason if the database cannot be read', () => {
    const folder = temporaryFolder();
    const { database } = opened(folder);
    database.close();
    const text = supportText({
      ...gatherFacts({
        now: () => NOW,
        userData: folder,
        out: programFiles(),
        database,
        app: { version: '1', electron: '2', chromium: '3', packaged: false },
        system: { platform: 'linux', arch: 'x64', version: 'nothing known', locale: 'de' },
        connection: () => ({
          state: 'online',
          answeredAt: null,
          failure: null,
          nextTryAt: null,
          breakerUntil: null,
          blockedUntil: NOW + 60_000,
        }),
        banners: () => [],
      }),
    });
    expect(text).toContain('The database cannot be read: app.stopping');
    expect(text).toContain('Rate limit: asking again in 60 s');
    expect(text).toContain('System: linux unknown, x64');
    expect(text).toContain('End of the log\nnothing');
  });
});

it('names the sign-ins A, B, … Z, AA', () => {
  expect([0, 25, 26, 51, 52].map(lettersFor)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA']);
});

it('keeps the end of a long log', () => {
  const line = (minute: number) =>
    `[2026-11-24 15:${String(minute).padStart(2, '0')}:00.000] [error] database: Error`;
  const lines = redactedLines(
    Array.from({ length: 60 }, (_, minute) => line(minute)).join('\n'),
    3,
    new Set(),
  );
  expect(lines).toEqual([57, 58, 59].map((minute) => `2026-11-24 15:${minute}:00 database: Error`));
});
