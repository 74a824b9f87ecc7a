/**
 * Carries out a story with the window's real autosaves, editors and open page, and with main's real handlers, change
 * machine and database. Only the wire between them is made here: slow, failing, and ordered. After every step it
 * checks that what was typed is on screen, or was submitted, or discarded by the person.
 */
import { vi } from 'vitest';
import { Editor } from '../../../src/renderer/features/organization/editor.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { Autosaves } from '../../../src/renderer/state/autosaves.svelte';
import { OpenOrganization } from '../../../src/renderer/state/open-organization.svelte';
import { createChanges } from '../../../src/main/changes/handlers';
import { applyEvent } from '../../../src/main/changes/repository';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Database, Tables } from '../../../src/main/database/tables';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { failed, type Result } from '../../../src/shared/result';
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../../src/shared/profile';
import { FakeApi } from '../fake-api';
import { valueOf } from '../../unit/results';
import { ORGANIZATION } from '../../unit/samples';
import { SAVED } from '../organization/samples';
import type { Fault, Step } from './window-story';

/** How long the wire may need at the end until everything is saved, in ms. */
const SETTLE_MS = 30_000;

/** The time between two checks, in ms. */
const CHECK_EVERY_MS = 100;

/** What was typed into one organization and is neither submitted nor discarded yet. */
type Owed = Map<FieldName, string>;

/** Why a story fails. */
class Broken extends Error {}

/** Delivers messages in the order in which they were sent, each at least `latency()` ms later. */
class Line {
  #free = 0;
  readonly #latency: () => number;

  constructor(latency: () => number) {
    this.#latency = latency;
  }

  delivered(): Promise<void> {
    this.#free = Math.max(this.#free, Date.now() + this.#latency());
    return new Promise((resolve) => setTimeout(resolve, this.#free - Date.now()));
  }
}

let organizations = 0;

/** Adds an organization with a saved copy; returns its id. */
function addOrganization(tables: Tables): string {
  const id = (organizations += 1).toString(16).padStart(32, '0');
  tables.organizations.put({
    ...ORGANIZATION,
    id,
    name: `Organization ${organizations}`,
    signInId: null,
    addedAt: 1,
    viewedAt: null,
  });
  tables.profiles.put({
    entryId: id,
    fields: SAVED,
    confirmedAt: 1,
    checkedAt: 1,
    changedElsewhere: false,
  });
  return id;
}

/** Runs a story against a database. Resolves to why it fails, or null. Fake timers must be in use. */
export async function runStory(database: Database, story: readonly Step[]): Promise<string | null> {
  const driver = new WindowDriver(database);
  try {
    for (const step of story) await driver.carryOut(step);
    await driver.finish();
    return null;
  } catch (error) {
    if (error instanceof Broken) return error.message;
    throw error;
  } finally {
    vi.clearAllTimers();
  }
}

class WindowDriver {
  readonly #database: Database;
  readonly #ids: readonly [string, string];
  readonly #owed: readonly [Owed, Owed] = [new Map(), new Map()];
  /** What the person has discarded, and not brought back. */
  readonly #discarded = new Set<string>();
  readonly #fake = new FakeApi();
  readonly #status = createSendStatus({ publishInMemory: () => undefined });
  readonly #autosaves: Autosaves;
  readonly #open: OpenOrganization;
  readonly #api = createApi(this.#fake.bridge);
  /** The editor of the mounted page, or null while another page is shown. */
  #editor: Editor | null = null;
  #latency = 0;
  #fault: Fault = 'none';
  readonly #toMain = new Line(() => this.#latency);
  readonly #toWindow = new Line(() => this.#latency);
  readonly #events = new Line(() => this.#latency / 2);

  constructor(database: Database) {
    this.#database = database;
    this.#ids = valueOf(
      database.write((tables) => [addOrganization(tables), addOrganization(tables)] as const),
    );
    this.#connect();
    this.#autosaves = new Autosaves(this.#api);
    this.#open = new OpenOrganization(this.#api, this.#autosaves);
  }

  /** Answers the window's calls by main's handlers, over the wire. */
  #connect(): void {
    const page = (id: string) => organizationPage(this.#database, this.#status, id);
    const handlers = createChanges({
      database: this.#database,
      now: Date.now,
      sendStatus: this.#status,
      organizationPage: page,
      sendFirst: () => undefined,
      retryNow: () => undefined,
      onHistoryListed: () => undefined,
    });
    const over =
      <R extends { entryId: string }, T>(handle: (request: R) => Result<T> | Promise<Result<T>>) =>
      (request: R): Promise<Result<T>> =>
        this.#call(() => handle(request));
    this.#fake
      .answer('drafts', 'save', over(handlers.drafts.save))
      .answer('drafts', 'discard', over(handlers.drafts.discard))
      .answer('changes', 'submit', over(handlers.changes.submit))
      .answer('changes', 'discard', over(handlers.changes.discard))
      .answer(
        'organizations',
        'open',
        over(({ entryId }) => {
          this.#status.opened(entryId);
          return page(entryId);
        }),
      );
  }

  async #call<T>(handle: () => Result<T> | Promise<Result<T>>): Promise<Result<T>> {
    await this.#toMain.delivered();
    const fault = this.#fault;
    const outcome = fault === 'refuse' ? failed('database.busy') : await handle();
    this.#publish();
    await this.#toWindow.delivered();
    return fault === 'lose' ? failed('app.unexpected') : outcome;
  }

  /** Publishes the open page, as main does after every change. The event may overtake an answer. */
  #publish(): void {
    const id = this.#status.openId();
    if (id === null) return;
    const page = valueOf(organizationPage(this.#database, this.#status, id));
    void this.#events.delivered().then(() => {
      this.#fake.emit('organizationChanged', page);
      this.#render();
    });
  }

  /** What Svelte does: the mounted page follows the open organization. */
  #render(): void {
    const { view } = this.#open;
    if (!this.#editor) return;
    if (view?.id !== this.#editor.view.id) this.#editor = null;
    if (view) this.#editor?.follow(view);
  }

  /** Mounts the page of the open organization, once it is loaded. */
  #mount(): void {
    const { view } = this.#open;
    if (this.#editor || !view) return;
    this.#editor = new Editor({
      api: this.#api,
      autosaves: this.#autosaves,
      view,
      onview: (newer) => {
        this.#open.replace(newer);
        this.#render();
      },
    });
  }

  #unmount(): void {
    const left = this.#editor;
    this.#editor = null;
    void left?.autosave.flush();
  }

  /** Carries out a step, and checks what is owed then and while its time passes. */
  async carryOut(step: Step): Promise<void> {
    this.#act(step);
    await this.#pass(step.wait);
  }

  /** Repairs the wire, and checks what is left when everything is saved. */
  async finish(): Promise<void> {
    this.#latency = 0;
    this.#fault = 'none';
    await this.#pass(SETTLE_MS, SETTLE_MS / 4);
    if (this.#autosaves.unsaved.length > 0) throw new Broken('something is never saved');
    for (const which of [0, 1] as const) {
      const { draft, texts } = this.#atMain(which);
      for (const [field, text] of this.#owed[which]) {
        if (draft[field] !== text) throw new Broken(`${field}: "${text}" is not in the draft`);
      }
      for (const text of Object.values(draft)) {
        if (text !== undefined && this.#discarded.has(text))
          throw new Broken(`"${text}" was discarded and is a draft`);
      }
      if (this.#editor?.view.id !== this.#ids[which]) continue;
      const shown = this.#editor.autosave.texts;
      for (const field of FIELD_NAMES) {
        if (shown[field] !== texts[field])
          throw new Broken(`${field}: shown "${shown[field]}", saved "${texts[field]}"`);
      }
    }
  }

  async #pass(ms: number, checkEvery = CHECK_EVERY_MS): Promise<void> {
    let left = ms;
    do {
      const next = Math.min(left, checkEvery);
      await vi.advanceTimersByTimeAsync(next);
      left -= next;
      this.#check();
    } while (left > 0);
  }

  /** The texts of an organization in main: of its draft, with the pending change on top, and with both. */
  #atMain(which: 0 | 1): { draft: Edits; submitted: Edits; texts: Profile } {
    const id = this.#ids[which];
    return valueOf(
      this.#database.read((tables) => {
        const draft: Edits = {};
        const texts = { ...tables.profiles.get(id)!.fields! };
        const changed = tables.outbox.get(id)?.patch ?? {};
        const typed = tables.drafts.get(id)?.patch ?? {};
        for (const field of touchedFields(changed)) texts[field] = changed[field]!.text;
        const submitted = { ...texts };
        for (const field of touchedFields(typed)) texts[field] = draft[field] = typed[field]!.text;
        return { draft, submitted, texts };
      }),
    );
  }

  #check(): void {
    for (const which of [0, 1] as const) {
      const owed = this.#owed[which];
      if (owed.size === 0) continue;
      const { draft, submitted } = this.#atMain(which);
      for (const [field, text] of owed) {
        if (submitted[field] === text) owed.delete(field);
        else if (this.#shown(which, field, draft) !== text)
          throw new Broken(`${field}: "${text}" is gone from the screen`);
      }
    }
  }

  /** The text of a field on its page, or that its page would show. */
  #shown(which: 0 | 1, field: FieldName, draft: Edits): string | undefined {
    const id = this.#ids[which];
    if (this.#editor?.view.id === id) return this.#editor.autosave.texts[field];
    const autosave = this.#autosaves.get(id);
    return autosave ? autosave.touched[field]?.text : draft[field];
  }

  /** The organization whose page is mounted. */
  #which(): 0 | 1 {
    return this.#editor?.view.id === this.#ids[0] ? 0 : 1;
  }

  #act(step: Step): void {
    const editor = this.#editor;
    switch (step.act) {
      case 'wire':
        this.#latency = step.latency;
        this.#fault = step.fault;
        return;
      case 'open':
        return this.#openPage(this.#ids[step.organization]);
      case 'settings':
        return this.#unmount();
      case 'back':
        return this.#mount();
      case 'publish':
        return this.#publish();
      case 'send':
        return this.#send(this.#ids[step.organization]);
      case 'stranger':
        return this.#observe(this.#ids[step.organization], { [step.field]: step.text });
      default:
        if (editor) this.#edit(editor, step);
    }
  }

  #openPage(id: string): void {
    if (this.#open.id === id) return;
    this.#unmount();
    void this.#open.open(id).then(() => {
      if (this.#open.id === id) this.#mount();
    });
  }

  #edit(editor: Editor, step: Step): void {
    const which = this.#which();
    const owed = this.#owed[which];
    const { autosave: form } = editor;
    const canSave = !editor.occupied && form.changed.length > 0;
    switch (step.act) {
      case 'type':
        editor.setText(step.field, step.text);
        if (form.isChanged(step.field)) owed.set(step.field, step.text);
        return;
      case 'type-back':
        editor.setText(step.field, editor.autosave.baseline[step.field]);
        owed.delete(step.field);
        return;
      case 'undo-edit':
        editor.undoEdit(step.field);
        owed.delete(step.field);
        return;
      case 'save':
        if (canSave) void editor.submit();
        return;
      case 'discard':
        if (canSave) void this.#discard(editor, owed);
        return;
      case 'undo':
        if (editor.occupied || !editor.canUndo) return;
        void editor.undo();
        this.#owe(editor, owed);
        return;
      case 'discard-change':
        if (!editor.occupied && editor.view.change) void editor.discardChange();
    }
  }

  async #discard(editor: Editor, owed: Owed): Promise<void> {
    const { changed, texts } = editor.autosave;
    const discarded = changed.map((field) => [field, texts[field]] as const);
    owed.clear();
    await editor.discardEdits();
    const hasFailed = editor.failedAction === 'discard-edits';
    for (const [field, text] of discarded) {
      if (!hasFailed) this.#discarded.add(text);
      else if (!owed.has(field)) owed.set(field, text);
    }
  }

  /** What was brought back is owed again. */
  #owe(editor: Editor, owed: Owed): void {
    owed.clear();
    for (const field of editor.autosave.changed) {
      const text = editor.autosave.texts[field];
      owed.set(field, text);
      this.#discarded.delete(text);
    }
  }

  /** Sends the pending change, if it waits, and reads it back. */
  #send(id: string): void {
    valueOf(
      this.#database.write((tables) => {
        const at = { at: Date.now() };
        const copy = tables.profiles.get(id)!.fields!;
        const read = applyEvent(tables, id, { type: 'read', copy }, at);
        if (!read?.put || !read.sent) return;
        applyEvent(tables, id, { type: 'readBack', sent: read.sent, copy: read.put }, at);
      }),
    );
    this.#publish();
  }

  #observe(id: string, texts: Edits): void {
    valueOf(
      this.#database.write((tables) => {
        const copy = { ...tables.profiles.get(id)!.fields!, ...texts } as Profile;
        applyEvent(tables, id, { type: 'observe', copy }, { at: Date.now() });
      }),
    );
    this.#publish();
  }
}
