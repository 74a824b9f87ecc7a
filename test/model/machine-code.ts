/**
 * Packs the state of the change machine into a few integers, and unpacks it. Versions are left out:
 * it only matters whether the send in progress carries the version that is pending now.
 */
import type { ChangeState, PendingState } from '../../src/main/changes/machine';
import type { Patch } from '../../src/shared/patch';
import type { Edits, FieldName, Profile } from '../../src/shared/profile';
import { fieldsOf, savesOf, profileOf, textCount, textsOfScope, type Scope } from './scope';

/** The version of the pending change in every unpacked state. */
export const PENDING_VERSION = 7;
/** The version of a send that a newer submission has overtaken. */
export const OLDER_VERSION = 3;

/** A packed state: one integer per field, and one for what belongs to no field. */
export interface MachineCode {
  fields: number[];
  common: number;
}

/** The position of each value in a field's integer, in bits. Each takes three bits; 0: absent. */
export const SLOTS = {
  saved: 0,
  draftBase: 3,
  draftText: 6,
  base: 9,
  text: 12,
  save: 15,
  attempted: 18,
  abandoned: 21,
  remote: 24,
} as const;

const STATUSES = ['queued', 'conflict', 'differs', 'refused'] as const;
const SAVED_KINDS = ['profile', 'none', 'unread'] as const;

/** Reads one value from a field's integer. */
function slot(code: number, name: keyof typeof SLOTS): number {
  return (code >> SLOTS[name]) & 7;
}

/** Packs and unpacks the states of one scope. */
export function createMachineCodes(scope: Scope) {
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const saves = savesOf(scope);
  const lost = textCount(scope) + 1;
  const numbers = new Map(texts.map((text, at) => [text, at + 1]));

  function number(text: string | null | undefined): number {
    if (text === undefined) return 0;
    if (text === null) return lost;
    const found = numbers.get(text);
    if (found === undefined) throw new Error(`Unknown text: ${text}`);
    return found;
  }

  function text(at: number): string | null | undefined {
    if (at === 0) return undefined;
    return at === lost ? null : texts[at - 1];
  }

  function encode({ saved, draft, pending, abandoned }: ChangeState): MachineCode {
    const kind = typeof saved === 'string' ? SAVED_KINDS.indexOf(saved) : 0;
    const status = pending ? STATUSES.indexOf(pending.status) + 1 : 0;
    const fields = names.map((name) => {
      const typed = draft[name];
      const edit = pending?.patch[name];
      return (
        (number(typeof saved === 'string' ? undefined : saved[name]) << SLOTS.saved) |
        (number(typed?.base) << SLOTS.draftBase) |
        (number(typed?.text) << SLOTS.draftText) |
        (number(edit?.base) << SLOTS.base) |
        (number(edit?.text) << SLOTS.text) |
        ((edit?.save === undefined ? 0 : saves.indexOf(edit.save) + 1) << SLOTS.save) |
        (number(pending?.attempted[name]) << SLOTS.attempted) |
        (number(abandoned[name]) << SLOTS.abandoned) |
        (number(pending?.remote?.[name]) << SLOTS.remote)
      );
    });
    return { fields, common: kind | (status << 2) };
  }

  function decode({ fields, common }: MachineCode): ChangeState {
    const draft: Patch = {};
    const patch: Patch = {};
    const attempted: Edits = {};
    const abandoned: Edits = {};
    const put = (into: Edits, name: FieldName, at: number): void => {
      const value = text(at);
      if (typeof value === 'string') into[name] = value;
    };
    names.forEach((name, at) => {
      const code = fields[at] ?? 0;
      const typed = text(slot(code, 'draftText'));
      if (typeof typed === 'string') {
        draft[name] = { base: text(slot(code, 'draftBase')) ?? null, text: typed };
      }
      const edited = text(slot(code, 'text'));
      const save = saves[slot(code, 'save') - 1];
      if (typeof edited === 'string') {
        const base = text(slot(code, 'base')) ?? null;
        patch[name] = { base, text: edited, ...(save === undefined ? {} : { save }) };
      }
      put(attempted, name, slot(code, 'attempted'));
      put(abandoned, name, slot(code, 'abandoned'));
    });
    const profile = (from: 'saved' | 'remote'): Profile =>
      profileOf(
        scope,
        fields.map((code) => text(slot(code, from)) ?? ''),
      );
    const status = STATUSES[(common >> 2) - 1];
    const isShown = slot(fields[0] ?? 0, 'remote') !== 0;
    const pending: PendingState | null = status
      ? {
          version: PENDING_VERSION,
          patch,
          attempted,
          status,
          remote: isShown ? profile('remote') : null,
        }
      : null;
    const kind = SAVED_KINDS[common & 3] ?? 'profile';
    const saved = kind === 'profile' ? profile('saved') : kind;
    return { saved, draft, pending, abandoned, version: PENDING_VERSION };
  }

  return { encode, decode };
}
