/** What may happen between a fault and its end, and what Cloudflare must hold when all is over. */
import { expect } from 'vitest';
import type { Edits, Profile } from '../../../src/shared/profile';
import { setIssue } from '../../unit/sync/helpers';
import type { SyncHarness } from '../../unit/sync/harness';

/** What is saved first. */
export const EDIT = { business_phone: '+49 30 1234567', business_address: 'Line 1\r\nLine 2' };

const AGAIN = { business_phone: '+49 30 7654321', business_name: 'Renamed meanwhile' };
const ELSEWHERE = { business_email: 'somebody@else.example' };
/** In the field that a fault stores differently: the other one is confirmed then. */
const THEIRS = { business_phone: 'theirs' };

/** One way how things go on while the fault is still on or just over. */
export interface Afterwards {
  name: string;
  /** Also where the fault did no harm and nothing waits any more. */
  anyway: boolean;
  /** Lets it happen; `original` is Cloudflare's copy before anything was saved. */
  happen(world: SyncHarness, original: Profile): void | Promise<void>;
  /** What must be at Cloudflare in the end. */
  end(original: Profile): Edits;
}

/** Lets what the change waits for come to pass. */
function goOn(world: SyncHarness): void {
  world.standin.faults.clear();
  const state = world.row()?.state;
  if (state === 'paused') setIssue(world, null);
  // The person presses *Try again now*.
  if (state === 'refused' || state === 'differs') expect(world.retry().ok).toBe(true);
}

/** Saves these texts. Nothing may wait afterwards: they are what Cloudflare holds already. */
function save(world: SyncHarness, texts: Edits): void {
  world.type(texts);
  const edits = world.read((tables) => tables.drafts.get(world.id)?.patch ?? {});
  const number = world.progress.draftNumber(world.id) + 1;
  expect(world.changes.submit({ organizationId: world.id, edits, number })).toMatchObject({
    ok: true,
  });
}

/** All there is to happen after each fault. */
export const afterwards: readonly Afterwards[] = [
  { name: 'then healed', anyway: true, happen: goOn, end: () => EDIT },
  {
    name: 'then started again and healed',
    anyway: false,
    async happen(world) {
      const before = world.row();
      await world.restart();
      expect(world.row()).toMatchObject({ version: before?.version, patch: before?.patch });
      goOn(world);
    },
    end: () => EDIT,
  },
  {
    name: 'then typed and saved again',
    anyway: true,
    happen(world) {
      world.type(AGAIN);
      goOn(world);
      world.submit({});
    },
    end: () => ({ ...EDIT, ...AGAIN }),
  },
  {
    name: 'then saved as it was before',
    anyway: true,
    happen(world, { business_phone, business_address }) {
      goOn(world);
      save(world, { business_phone, business_address });
    },
    end: ({ business_phone, business_address }) => ({ business_phone, business_address }),
  },
  {
    name: 'then somebody wrote another field',
    anyway: false,
    happen(world) {
      world.standin.setProfile(world.id, ELSEWHERE);
      goOn(world);
    },
    end: () => ({ ...EDIT, ...ELSEWHERE }),
  },
  {
    name: 'then somebody wrote the same field',
    anyway: false,
    async happen(world) {
      world.standin.setProfile(world.id, THEIRS);
      goOn(world);
      await world.until(() => world.row()?.state === 'conflict' && !world.busy());
      expect(world.row()?.remote).toMatchObject(THEIRS);
      expect(world.row()?.patch.business_phone?.text).toBe(EDIT.business_phone);
      expect(world.standin.profileOf(world.id)).toMatchObject(THEIRS);
      expect(world.resolve([]).ok).toBe(true);
    },
    end: () => EDIT,
  },
];
