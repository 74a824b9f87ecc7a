/** What may happen after a fault (continuations), and which texts Cloudflare must have in the end. */
import { expect } from 'vitest';
import { EMPTY_PROFILE, type Edits, type Profile } from '../../../src/shared/profile';
import { SHARED_WAIT_MS } from '../../../src/main/changes/just-saved';
import { setIssue } from '../../unit/sync/helpers';
import type { SyncHarness } from '../../unit/sync/harness';
import { otherEntry, PROPAGATION_MS } from './steps';

/** The first save. */
export const EDIT = { business_phone: '+49 30 1234567', business_address: 'Line 1\r\nLine 2' };

const AGAIN = { business_phone: '+49 30 7654321', business_name: 'Renamed meanwhile' };
const ELSEWHERE = { business_email: 'somebody@else.example' };
/** The phone number, because faults of the stand-in store that field differently. */
const THEIRS = { business_phone: 'theirs' };

/** What happens while the fault is still active or just over. */
export interface Afterwards {
  name: string;
  /** Whether this can also happen after a fault that did no harm, when nothing is pending. */
  anyway: boolean;
  /**
   * `original` is Cloudflare's copy before the first save. Returns the texts that Cloudflare must have in the end if
   * they are not those of `end`.
   */
  happen(harness: SyncHarness, original: Profile): void | Promise<Edits | void>;
  /** The expected texts at Cloudflare in the end. */
  end(original: Profile): Edits;
}

/** Ends the fault and does what the change waits for, such as pressing *Try again now*. */
function recover(harness: SyncHarness): void {
  harness.standin.faults.clear();
  const state = harness.row()?.state;
  if (state === 'paused') setIssue(harness, null);
  // The person presses *Try again now*.
  if (state === 'refused' || state === 'differs') expect(harness.retry().ok).toBe(true);
}

/** Saves these texts. Unlike `harness.submit`, allows that nothing is pending then. */
function save(harness: SyncHarness, texts: Edits): void {
  harness.type(texts);
  const edits = harness.read((tables) => tables.drafts.get(harness.id)?.patch ?? {});
  const number = harness.sendStatus.editNumber(harness.id) + 1;
  const remote = harness.row()?.remote ?? undefined;
  const request = { entryId: harness.id, edits, number, remote };
  expect(harness.changes.submit(request)).toMatchObject({ ok: true });
}

/** Recovers, saves a text through the other entry, and waits until Cloudflare has it. */
async function saveElsewhere(harness: SyncHarness, original: Profile): Promise<void> {
  const other = otherEntry(harness);
  recover(harness);
  // Where the profile is gone, the other entry cannot be saved before there is one.
  if (harness.standin.profileOf(harness.id) === null)
    await harness.until(() => harness.row() === null && !harness.busy());
  harness.submit(ELSEWHERE, other);
  const state = (): string => harness.row(other)?.state ?? 'confirmed';
  await harness.until(() => !['queued', 'waiting'].includes(state()));
  // Without a profile, Cloudflare no longer has the texts that the other entry had saved before.
  const isGone = original === EMPTY_PROFILE;
  expect(state()).toBe(isGone ? 'conflict' : 'confirmed');
  if (isGone) harness.resolve([], other);
  await harness.until(() => harness.row(other) === null);
}

/** All continuations. */
export const afterwards: readonly Afterwards[] = [
  { name: 'then recovered', anyway: true, happen: recover, end: () => EDIT },
  {
    name: 'then restarted and recovered',
    anyway: false,
    async happen(harness) {
      const before = harness.row();
      await harness.restart();
      expect(harness.row()).toMatchObject({ version: before?.version, patch: before?.patch });
      recover(harness);
    },
    end: () => EDIT,
  },
  {
    name: 'then typed and saved again',
    anyway: true,
    happen(harness) {
      harness.type(AGAIN);
      recover(harness);
      harness.submit({});
    },
    end: () => ({ ...EDIT, ...AGAIN }),
  },
  {
    name: 'then saved with the original text',
    anyway: true,
    async happen(harness, { business_phone, business_address }) {
      recover(harness);
      const isWritten =
        harness.standin.profileOf(harness.id)?.business_phone === EDIT.business_phone;
      save(harness, { business_phone, business_address });
      if (harness.kind === 'key' || business_phone !== '' || !isWritten) return;
      // The original texts were empty, and an account keeps a text instead of emptying it. The person accepts that.
      await harness.until(() => harness.row()?.state === 'differs' && !harness.busy());
      expect(harness.row()?.failure?.code).toBe('profile.empty-kept');
      expect(harness.accept().ok).toBe(true);
      return EDIT;
    },
    end: ({ business_phone, business_address }) => ({ business_phone, business_address }),
  },
  {
    name: 'then saved through another entry',
    anyway: true,
    async happen(harness, original) {
      await saveElsewhere(harness, original);
      await harness.until(() => harness.row() === null);
      expect(harness.standin.profileOf(harness.id)).toMatchObject({ ...EDIT, ...ELSEWHERE });
      // Until then, this entry has the copy from before.
      harness.clock.advance(SHARED_WAIT_MS);
      await harness.profileReader.read(harness.id, { isPageOpen: true });
    },
    end: () => ({ ...EDIT, ...ELSEWHERE }),
  },
  {
    name: 'then saved through another entry, and then here',
    anyway: true,
    async happen(harness, original) {
      harness.standin.delayPropagation(harness.id, PROPAGATION_MS);
      await saveElsewhere(harness, original);
      // Cloudflare shows this entry the older copy now.
      const justSaved = { code: 'profile.just-saved' };
      const refreshed = await harness.profileReader.read(harness.id, { isPageOpen: true });
      expect(refreshed).toMatchObject({ ok: false, failure: justSaved });
      harness.submit(AGAIN);
      const isOver = () => !harness.busy() && harness.row()?.state !== 'queued';
      await harness.until(isOver, { clock: false });
      expect(harness.row()).toMatchObject({ state: 'waiting', failure: justSaved });
    },
    end: () => ({ ...EDIT, ...ELSEWHERE, ...AGAIN }),
  },
  {
    name: 'then someone wrote a different field',
    anyway: false,
    happen(harness) {
      harness.standin.setProfile(harness.id, ELSEWHERE);
      recover(harness);
    },
    end: () => ({ ...EDIT, ...ELSEWHERE }),
  },
  {
    name: 'then someone wrote the same field',
    anyway: false,
    async happen(harness) {
      harness.standin.setProfile(harness.id, THEIRS);
      recover(harness);
      await harness.until(() => harness.row()?.state === 'conflict' && !harness.busy());
      expect(harness.row()?.remote).toMatchObject(THEIRS);
      expect(harness.row()?.patch.business_phone?.text).toBe(EDIT.business_phone);
      expect(harness.standin.profileOf(harness.id)).toMatchObject(THEIRS);
      expect(harness.resolve([]).ok).toBe(true);
    },
    end: () => EDIT,
  },
];
