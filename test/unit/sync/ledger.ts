/**
 * An account of what was typed, submitted, decided and written by others, kept beside the sending
 * machine and independent of it: what must be true of the machine is read off here.
 */
import { expect } from 'vitest';
import type { DraftRow, OutboxRow } from '../../../src/main/store/tables';
import { FIELD_NAMES, type FieldName, type Profile } from '../../../src/shared/profile';
import type { SyncWorld } from './world';

interface Account {
  /** The text last submitted, or null: none was. */
  submitted: string | null;
  /** Whether somebody else may have the last word: their edit came later, or ours was given up. */
  open: boolean;
  /** Every text that was ever submitted, or at Cloudflare by others: what may be written. */
  allowed: Set<string>;
  /** Every text others wrote. */
  foreign: Set<string>;
  /** Every text that was submitted. */
  ours: Set<string>;
  /** Texts the person saw as Cloudflare's where they edited or decided. */
  seen: Set<string>;
  /** What the person typed since and has not submitted, or null. */
  typed: string | null;
}

export class Ledger {
  readonly #world: SyncWorld;
  readonly #accounts = new Map<FieldName, Account>();
  #checkedPuts = 0;
  /** Cloudflare's copy just before each PUT had its effect. */
  readonly #before: Profile[] = [];

  constructor(world: SyncWorld) {
    this.#world = world;
    const now = world.standin.profileOf(world.id) as Profile;
    for (const name of FIELD_NAMES) {
      this.#accounts.set(name, {
        submitted: null,
        open: false,
        allowed: new Set([now[name]]),
        foreign: new Set([now[name]]),
        ours: new Set(),
        seen: new Set(),
        typed: null,
      });
    }
    const path = /\/profile$/;
    world.standin.beforeAnswer({ method: 'PUT', path }, () => {
      this.#before.push(world.standin.profileOf(world.id) as Profile);
    });
    world.standin.afterAnswer({ method: 'PUT', path }, ({ body }) => this.#stored(body));
  }

  of(name: FieldName): Account {
    const account = this.#accounts.get(name);
    if (!account) throw new Error(name);
    return account;
  }

  /** Cloudflare may store another text than the one written: then that is Cloudflare's. */
  #stored(body: string): void {
    const written = JSON.parse(body) as Profile;
    const there = this.#world.standin.profileOf(this.#world.id) as Profile;
    for (const name of FIELD_NAMES) {
      if (there[name] === written[name] || this.#before.at(-1)?.[name] === there[name]) continue;
      this.foreign(name, there[name]);
    }
  }

  /** What the form shows under the person's own edits. */
  #shown(): Profile {
    const world = this.#world;
    const draft = world.read((tables) => tables.drafts.get(world.id));
    return (draft?.base ?? world.row()?.desired ?? world.saved()) as Profile;
  }

  /** Cloudflare's texts that the page shows beside the change: in a conflict, or stored differently. */
  looked(): void {
    const theirs = this.#world.row()?.theirs;
    if (theirs) for (const name of FIELD_NAMES) this.of(name).seen.add(theirs[name]);
  }

  typed(name: FieldName, value: string): void {
    const account = this.of(name);
    account.typed = value;
    account.seen.add(this.#shown()[name]);
  }

  submitted(draft: DraftRow, row: OutboxRow): void {
    for (const name of FIELD_NAMES) {
      const account = this.of(name);
      account.allowed.add(row.desired[name]);
      account.typed = null;
      if (draft.fields[name] === draft.base[name]) continue;
      account.submitted = row.desired[name];
      account.open = row.desired[name] === row.base[name];
      account.ours.add(row.desired[name]);
    }
  }

  foreign(name: FieldName, value: string): void {
    const account = this.of(name);
    account.open = true;
    account.allowed.add(value);
    account.foreign.add(value);
  }

  decided(row: OutboxRow, theirs: readonly FieldName[]): void {
    for (const name of FIELD_NAMES) {
      const account = this.of(name);
      account.seen.add(row.theirs?.[name] ?? '');
      if (theirs.includes(name)) account.open = true;
    }
  }

  gaveUp(): void {
    for (const account of this.#accounts.values()) account.open = true;
  }

  restored(): void {
    const world = this.#world;
    const draft = world.read((tables) => tables.drafts.get(world.id));
    const shown = this.#shown();
    for (const name of FIELD_NAMES) {
      const account = this.of(name);
      const isEdit = draft !== null && draft.fields[name] !== draft.base[name];
      account.typed = isEdit ? draft.fields[name] : null;
      if (isEdit) account.seen.add(shown[name]);
    }
  }

  /** What must be true at every moment. */
  checkNow(): void {
    this.#checkTyped();
    this.#checkKept();
    this.#checkWrites();
  }

  /** What was typed is in the draft, until the copy below says the same. */
  #checkTyped(): void {
    const world = this.#world;
    const draft = world.read((tables) => tables.drafts.get(world.id));
    const shown = this.#shown();
    for (const name of FIELD_NAMES) {
      const account = this.of(name);
      if (account.typed === null) continue;
      expect(draft?.fields[name] ?? shown[name], `typed into ${name}`).toBe(account.typed);
      if (shown[name] === account.typed) account.typed = null;
    }
  }

  /** Every text that was submitted is at Cloudflare, pending, or in the history. */
  #checkKept(): void {
    const world = this.#world;
    const row = world.row();
    const history = world.read((tables) => tables.revisions.of(world.id));
    const there = world.standin.profileOf(world.id);
    for (const name of FIELD_NAMES) {
      const kept = new Set(history.map(({ fields }) => fields[name]));
      for (const text of this.of(name).ours) {
        const held = kept.has(text) || row?.desired[name] === text || there?.[name] === text;
        expect(held, `${name}: ${text} was submitted and is nowhere`).toBe(true);
      }
    }
  }

  /** Only what was submitted is written, and over others' texts only where the person saw them. */
  #checkWrites(): void {
    const puts = this.#world.standin.requests.filter(({ method }) => method === 'PUT');
    for (; this.#checkedPuts < this.#before.length; this.#checkedPuts += 1) {
      const written = JSON.parse(puts[this.#checkedPuts]?.body ?? '{}') as Profile;
      const before = this.#before[this.#checkedPuts] as Profile;
      for (const name of FIELD_NAMES) {
        const { allowed, ours, seen } = this.of(name);
        expect(allowed.has(written[name]), `${name}: ${written[name]} leaked`).toBe(true);
        const theirs = before[name];
        if (theirs === written[name] || ours.has(theirs)) continue;
        expect(seen.has(theirs), `${name}: ${theirs} was overwritten unseen`).toBe(true);
      }
    }
  }

  /** What must be true when everything came to its end. */
  checkEnd(there: Profile, row: OutboxRow | null): void {
    for (const name of FIELD_NAMES) {
      const { submitted, open, foreign, allowed } = this.of(name);
      const held = there[name];
      if (submitted === null) {
        expect(foreign.has(held), `${name} was never submitted, and is ${held}`).toBe(true);
      } else if (open) {
        expect(allowed.has(held), `${name} is ${held}`).toBe(true);
      } else {
        expect([held, row?.desired[name]], name).toContain(submitted);
      }
    }
  }
}
