/** A record and a disk for the tests of the oracle, built step by step. The test decides what is wrong. */
import { CANCELED_STAGES } from '../../../src/main/database';
import type { AfterCancel } from '../../../src/shared/saves';
import { omit, touchedFields, type Patch } from '../../../src/shared/patch';
import { applyEdits, FIELD_NAMES, type Edits, type Profile } from '../../../src/shared/profile';
import type { Disk, SaveOnDisk, OnDisk } from '../support/disk';
import type { SaveAction, SaveRecord } from '../support/save-record';
import { plainProfile } from '../support/outside';
import {
  acknowledge,
  attempt,
  begin,
  latest,
  noteRead,
  settleSubmission,
  shareRecord,
  submit,
  type Decision,
  type Known,
  type Seen,
  type Submission,
} from '../support/record';
import type { Stall } from '../support/stalls';
import { now } from '../support/time';
import { judgeKill, judgeSettled } from './index';

const ID = 'a'.repeat(32);

/** The initial profile. */
export const FIRST = plainProfile(0);

/** A patch with these texts. `base`: the texts that were on screen; `save`: the save that owns the fields. */
export function patchOf(texts: Edits, base: Edits = FIRST, save?: string): Patch {
  const fields = FIELD_NAMES.filter((field) => texts[field] !== undefined);
  return Object.fromEntries(
    fields.map((field) => [
      field,
      {
        base: base[field] ?? null,
        text: texts[field]!,
        ...(save === undefined ? {} : { save }),
      },
    ]),
  );
}

/** The record and the disk of one organization. Methods record an event or change the disk. */
export class Sample {
  readonly stalls: Stall[] = [];
  readonly known: Known = begin(ID, 'Brightwater Ltd', FIRST, this.stalls);
  /** An account that shows the same record, once it is shared. */
  readonly account: Known = begin('b'.repeat(32), 'Brightwater Bristol', FIRST, this.stalls);
  readonly saves: SaveRecord[] = [];
  readonly savesOnDisk = new Map<string, SaveOnDisk>();
  readonly disk: OnDisk = {
    profile: { fields: FIRST, changedElsewhere: false },
    draft: null,
    change: null,
    revisions: [],
  };
  problems: string[] = [];
  organizationsOnDisk = [ID];
  readonly killedAt = now() + 10_000;
  #holds: Profile = FIRST;

  /** Records that the person typed, `ago` ms before the kill. */
  typed(edits: Edits, ago: number): void {
    const seen = Object.fromEntries(FIELD_NAMES.map((field) => [field, [FIRST[field]]]));
    const all = { ...latest(this.known).edits, ...edits };
    const moment = attempt(this.known, { what: 'typed', by: 'key', edits: all, seen });
    acknowledge(this.known, moment);
    moment.ackAt = this.killedAt - ago;
  }

  /** Records a submission; the app has acknowledged it unless `answered` is false. */
  submitted(edits: Edits, base: Edits = FIRST, answered = true): Submission {
    const seen: Seen = Object.fromEntries(
      Object.entries(base).map(([field, text]) => [field, [text]]),
    );
    const after = { what: 'submitted', by: 'call', edits: {}, seen: {} } as const;
    const moment = attempt(this.known, after, { edits, seen });
    if (answered) acknowledge(this.known, moment);
    return moment.submission!;
  }

  /** Records that a batch made drafts of these texts, and which drafts it replaced; acknowledged by the app. */
  filled(edits: Edits, remembered: Edits = {}, answered = true): void {
    const all = { ...latest(this.known).edits, ...edits };
    const moment = attempt(this.known, {
      what: 'filled',
      by: 'call',
      isFill: true,
      edits: all,
      seen: Object.fromEntries(touchedFields(edits).map((field) => [field, [FIRST[field]]])),
      remembered,
    });
    if (answered) acknowledge(this.known, moment);
  }

  decided(kind: Decision['kind'], texts: Edits, remote: Edits = {}): void {
    const at = now();
    const copy = applyEdits(this.#holds, remote);
    this.known.decisions.push({ at, doneAt: at, kind, fields: FIELD_NAMES, texts, remote: copy });
  }

  /** Records a save of this organization's drafts. By default it is acknowledged and on disk. */
  save(edits: Edits, { answered = true, isOnDisk = true, id = 'save' } = {}): SaveRecord {
    const at = now();
    const save: SaveRecord = {
      id: answered ? id : null,
      at,
      doneAt: answered ? at : null,
      items: new Map([[ID, edits]]),
      actions: [],
    };
    this.saves.push(save);
    const seen = Object.fromEntries(FIELD_NAMES.map((field) => [field, [FIRST[field]]]));
    const before = latest(this.known).edits;
    const after = { what: 'saved', by: 'call', edits: omit(before, touchedFields(edits)) } as const;
    const moment = attempt(
      this.known,
      { ...after, isTyped: false, seen: {} },
      { edits, seen, save },
    );
    if (answered) acknowledge(this.known, moment);
    if (isOnDisk) {
      const items = new Map([[ID, touchedFields(edits)]]);
      this.savesOnDisk.set(id, { stage: 'sending', paused: false, items });
    }
    return save;
  }

  /** Records an action of the person on a save, acknowledged by the app. */
  acted(save: SaveRecord, kind: SaveAction['kind'], then?: AfterCancel): void {
    const at = now();
    save.actions.push({ kind, at, doneAt: at, ...(then && { then }) });
    if (then) this.savesOnDisk.get(save.id!)!.stage = CANCELED_STAGES[then][1];
  }

  /** Records that someone else wrote these texts at Cloudflare. */
  elsewhere(texts: Edits): void {
    this.#hold(applyEdits(this.#holds, texts), 'someone', now());
  }

  /** Records that the app read the profile: the one there is, or an older one that Cloudflare still shows. */
  read(shown = this.#holds): void {
    noteRead(this.known, shown);
  }

  /** Records that the app wrote these texts over the profile `over`. */
  put(texts: Edits, { applied = true, over = this.#holds } = {}): void {
    const fields = applyEdits(over, texts);
    const at = now();
    this.known.writes.push({ at, before: this.#holds, fields, applied, fault: null });
    if (applied) this.#hold(fields, 'app', at);
  }

  /** Lets the account show the record of the organization. */
  share(): void {
    shareRecord(this.known, this.account);
  }

  /** Records a submission through the account, acknowledged by the app. */
  submittedThere(edits: Edits): Submission {
    const submission = submit(this.account, { edits, seen: {} });
    settleSubmission(this.account, submission, now());
    return submission;
  }

  /** Records that the app wrote these texts through the account. */
  putThere(texts: Edits): void {
    const at = now();
    const fields = applyEdits(this.#holds, texts);
    this.account.writes.push({ at, before: this.#holds, fields, applied: true, fault: null });
    this.#hold(fields, 'app', at, this.account);
  }

  /** Puts a pending change on disk. */
  pending(patch: Patch, more: Partial<NonNullable<OnDisk['change']>> = {}): void {
    this.disk.change = {
      patch,
      attempted: {},
      remote: null,
      state: 'queued',
      version: 1,
      failure: null,
      ...more,
    };
  }

  drafted(texts: Edits): void {
    this.disk.draft = { patch: patchOf(texts) };
  }

  /** Adds a text of the person to the history on disk. */
  remembered(kind: 'discarded' | 'replaced', texts: Edits): void {
    this.disk.revisions.push({ kind, texts, at: now() });
  }

  /** Puts Cloudflare's copy on disk. */
  saved(changedElsewhere = false): void {
    this.disk.profile = { fields: this.#holds, changedElsewhere };
  }

  #hold(fields: Profile, by: 'someone' | 'app', at: number, via?: Known): void {
    for (const field of FIELD_NAMES) {
      if (fields[field] === this.#holds[field]) continue;
      this.known.remote.push({ at, field, text: fields[field], by, ...(via && { via }) });
    }
    this.#holds = fields;
  }

  get complaints(): string[] {
    const records = { organizations: [this.known], saves: this.saves };
    return judgeKill(records, this.#found(), this.killedAt).map(({ text }) => text);
  }

  get complaintsAtTheEnd(): string[] {
    return judgeSettled([this.known], this.#found()).map(({ text }) => text);
  }

  #found(): Disk {
    const organizations = this.organizationsOnDisk.map((id) => [id, this.disk] as const);
    return {
      problems: this.problems,
      organizations: new Map(organizations),
      saves: this.savesOnDisk,
      mark: null,
    };
  }
}
