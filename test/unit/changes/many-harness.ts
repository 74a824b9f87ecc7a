/** The harness for drafts in many entries: a real database, and a person who fills, reviews and submits. */
import { onTestFinished, vi } from 'vitest';
import { shownTextsOf } from '../../../src/main/organizations/clipboard-text';
import { createManyChanges } from '../../../src/main/changes/many-handlers';
import { applyEvent } from '../../../src/main/changes/repository';
import type { ChangeEvent } from '../../../src/main/changes/machine';
import type { Database, Tables } from '../../../src/main/database/tables';
import type { SignInRow } from '../../../src/main/database/sign-in-table';
import type { StoredRevision } from '../../../src/main/database/revision-table';
import type { Batch, Review, Ticks } from '../../../src/shared/changes';
import { createFinder, type Find } from '../../../src/shared/find-text';
import { failed, success, type Result } from '../../../src/shared/result';
import { textsOf } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../src/shared/profile';
import { MAX_CELLS, type CellTexts } from '../../../src/shared/table';
import {
  addOrganization,
  copy,
  NOW,
  opened,
  profile,
  signIn,
  signInId,
  temporaryFolder,
} from '../database/temporary-database';
import { valueOf } from '../results';

/** A turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A person with a database in a folder. */
export function createPerson(folder = temporaryFolder(), open?: Database) {
  const database = open ?? opened(folder).database;
  let selection: string[] = [];
  /** The rows of snapshot 1 of the table. */
  let shown: string[] = [];
  let clock = NOW;
  const reader = { readFor: vi.fn(), stopReadingFor: vi.fn(), isReadingFor: vi.fn(() => false) };
  const onChanged = vi.fn();
  /** Work that tests do after a slice, each after another one. */
  const between: (() => void)[] = [];
  let isAfterSlice = false;
  const timers = { set: vi.fn(), clear: vi.fn() };
  const read = <T>(work: (tables: Tables) => T): T => valueOf(database.read(work));
  const many = createManyChanges({
    database,
    selected: () => success(selection),
    idsIn: (snapshot, runs, columns) => {
      if (snapshot !== 1) return failed('table.outdated');
      const ids = runs.flatMap(({ first, end }) => shown.slice(first, end));
      return ids.length * columns > MAX_CELLS ? failed('table.too-many-cells') : success(ids);
    },
    async found({ snapshot, find }) {
      await turn();
      if (snapshot !== 1) return failed('table.outdated');
      const finder = createFinder(find);
      const entries = read(({ organizations }) => organizations.entries(shown));
      const having = entries.filter((entry) => {
        const texts = shownTextsOf(entry);
        return find.fields.some((field) => finder.isIn(texts[field]));
      });
      return success(shown.filter((id) => having.some((one) => one.organization.id === id)));
    },
    reader,
    now: () => (clock += 1),
    timers,
    async yieldToEventLoop() {
      await turn();
      if (isAfterSlice) between.shift()?.();
      isAfterSlice = false;
    },
    onChanged(entryIds) {
      isAfterSlice = true;
      onChanged(entryIds);
    },
  });
  many.start();
  many.continue();
  onTestFinished(() => many.stop());

  const write = <T>(work: (tables: Tables) => T): T => valueOf(database.write(work));
  const apply = (id: string, event: ChangeEvent): void =>
    write((tables) => void applyEvent(tables, id, event, { at: (clock += 1) }));

  const person = {
    folder,
    database,
    many,
    reader,
    onChanged,
    between,
    timers,
    read,
    write,
    apply,
    /** Adds entries 1 to `count` with a copy that was read, unless `unread`. */
    add(count: number, { from = 1, unread = false } = {}): string[] {
      const numbers = Array.from({ length: count }, (_, at) => from + at);
      return write((tables) =>
        numbers.map((number) => {
          const id = addOrganization(tables, number, `Org ${String(number).padStart(5, '0')}`);
          if (!unread) tables.profiles.put(copy(id, profile('saved')));
          return id;
        }),
      );
    },
    /** Gives an entry a sign-in of its own. */
    giveSignIn(id: string, row: Partial<SignInRow> = {}): void {
      write((tables) => {
        const number = Number.parseInt(id, 16);
        tables.signIns.put({ ...signIn(number), ...row });
        const entry = tables.organizations.get(id);
        if (entry) tables.organizations.put({ ...entry, signInId: signInId(number) });
      });
    },
    type(id: string, field: FieldName, text: string): void {
      apply(id, { type: 'edit', field, text });
    },
    /** Makes the change of an entry wait for a decision: someone else wrote what was typed. */
    makeConflict(id: string, field: FieldName): void {
      person.type(id, field, 'ours');
      apply(id, { type: 'submit' });
      apply(id, { type: 'read', copy: { ...profile('saved'), [field]: 'theirs' } });
    },
    allDrafts: () => read(({ drafts }) => drafts.summaries(0, 10_000).drafts),
    draft: (id: string): Edits => read(({ drafts }) => textsOf(drafts.get(id)?.patch ?? {})),
    pending: (id: string): Edits => read(({ outbox }) => textsOf(outbox.get(id)?.patch ?? {})),
    revisions: (id: string): StoredRevision[] => read((tables) => tables.revisions.of(id)),
    select(ids: readonly string[]): void {
      selection = [...ids];
    },
    /** Fills the selected entries, and waits for the end. */
    async fill(ids: readonly string[], edits: Edits, alsoOverDrafts = false): Promise<Batch> {
      person.select(ids);
      const { batchId } = valueOf(await many.drafts.fill({ edits, alsoOverDrafts }));
      return person.ended(batchId);
    },
    /** Makes these entries the rows of snapshot 1 of the table. */
    show(ids: readonly string[]): void {
      shown = [...ids];
    },
    /** Changes all cells of these fields in the rows that are shown, and waits for the end. */
    async cells(
      fields: FieldName[],
      texts: CellTexts['texts'],
      kind: CellTexts['kind'] = 'paste',
    ): Promise<Batch> {
      const rows = [{ first: 0, end: shown.length }];
      const request = { snapshot: 1, rows, fields, kind, texts };
      return person.ended(valueOf(await many.drafts.cells(request)).batchId);
    },
    /** Replaces a text in the rows that are shown, and waits for the end. */
    async replace(text: string, replacement: string, more: Partial<Find> = {}, over = false) {
      const find = { text, matchCase: false, wholeText: false, fields: [...FIELD_NAMES], ...more };
      const request = { snapshot: 1, find, replacement, alsoOverDrafts: over };
      return person.ended(valueOf(await many.drafts.replace(request)).batchId);
    },
    /** Sets an entry in the metadata of the selected entries, and waits for the end. */
    async setEntry(ids: readonly string[], name: string, value: string): Promise<Batch> {
      person.select(ids);
      const entry = { field: 'external_metadata', name, value, alsoOverDrafts: false } as const;
      return person.ended(valueOf(await many.drafts.setEntry(entry)).batchId);
    },
    async ended(batchId: string): Promise<Batch> {
      for (;;) {
        const batch = person.batches().find(({ id }) => id === batchId);
        if (!batch) throw new Error('the batch is gone');
        if (batch.stage !== 'running') return batch;
        await turn();
      }
    },
    batches: (): Batch[] => valueOf(many.batches()),
    review: async (): Promise<Review> => valueOf(await many.changes.review()),
    /** What is ticked at first. */
    ticksOf: ({ reviewId, groups }: Review, except: number[] = []): Ticks => ({
      reviewId,
      groups: groups.filter(({ ticked }) => ticked).map(({ id }) => id),
      whole: [],
      except,
    }),
    async submitAll() {
      return valueOf(await many.changes.submitMany(person.ticksOf(await person.review())));
    },
  };
  return person;
}

/** A person with a database. */
export type Person = ReturnType<typeof createPerson>;

/** The failure of an outcome, or null. */
export async function codeOf(outcome: Result<unknown> | Promise<Result<unknown>>) {
  const result = await outcome;
  return result.ok ? null : result.failure.code;
}

export { profile };
