/**
 * Random interleavings of typing, submitting, other people's edits, faults, waits and restarts. In the
 * end Cloudflare holds what was last submitted, or it is pending; nothing else was ever written.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIELD_NAMES, type FieldName, type Profile } from '../../../src/shared/profile';
import type { FaultMode } from '../../standin/index';
import { closeWorlds, SyncWorld } from './world';

const FAULTS = [
  'reset',
  'put-reply-lost',
  'put-applied-502',
  '500-empty',
  'truncated-json',
  '429-retry-1',
  '403-9103',
  '200-portal-html',
] as const satisfies readonly FaultMode[];

type Step =
  | { do: 'type' | 'submit' | 'foreign'; field: FieldName; text: string }
  | { do: 'fault'; mode: FaultMode; times: number }
  | { do: 'send' | 'retry' | 'refresh' | 'restart' }
  | { do: 'turn'; turns: number };

const field = fc.constantFrom<FieldName>('business_name', 'business_phone', 'business_address');
// Few texts, so that edits meet, repeat and go back to the original.
const text = fc.constantFrom('original', 'a', 'b', 'c');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('submit' as const), field, text }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('type' as const), field, text }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('foreign' as const), field, text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      mode: fc.constantFrom(...FAULTS),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'send' as const,
        'retry' as const,
        'refresh' as const,
        'restart' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const), turns: fc.nat(8) }) },
);

/** What may be true of one field in the end. */
interface Expected {
  /** The text last submitted, or null: none was. */
  submitted: string | null;
  /** Whether somebody else may have the last word: their edit came later, or ours went back. */
  open: boolean;
  /** Every text that was ever submitted or at Cloudflare, for what may be written. */
  allowed: Set<string>;
  foreign: Set<string>;
}

class Run {
  readonly expected = new Map<FieldName, Expected>();

  readonly world: SyncWorld;

  constructor(world: SyncWorld) {
    this.world = world;
    for (const name of FIELD_NAMES) {
      const now = this.world.standin.profileOf(world.id)?.[name] ?? '';
      const allowed = new Set([now]);
      this.expected.set(name, { submitted: null, open: false, allowed, foreign: new Set([now]) });
    }
  }

  of(name: FieldName): Expected {
    const expected = this.expected.get(name);
    if (!expected) throw new Error(name);
    return expected;
  }

  submit(name: FieldName, value: string): void {
    const { world } = this;
    world.type({ [name]: value });
    const draft = world.read((tables) => tables.drafts.get(world.id));
    if (!draft || FIELD_NAMES.every((one) => draft.fields[one] === draft.base[one])) return;
    const row = world.submit({});
    for (const one of FIELD_NAMES) {
      const expected = this.of(one);
      expected.allowed.add(row.desired[one]);
      if (draft.fields[one] === draft.base[one]) continue;
      expected.submitted = row.desired[one];
      expected.open = row.desired[one] === row.base[one];
    }
  }

  /** Not between our read and our write: nobody could notice that. */
  async foreign(name: FieldName, value: string): Promise<void> {
    const { world } = this;
    await world.until(() => !['reading', 'writing'].includes(this.step() ?? ''), { clock: false });
    world.standin.setProfile(world.id, { [name]: value });
    const expected = this.of(name);
    expected.open = true;
    expected.allowed.add(value);
    expected.foreign.add(value);
  }

  step(): string | null {
    return this.world.progress.of(this.world.id).step;
  }

  async take(taken: Step): Promise<void> {
    const { world } = this;
    switch (taken.do) {
      case 'type':
        return world.type({ [taken.field]: taken.text });
      case 'submit':
        return this.submit(taken.field, taken.text);
      case 'foreign':
        return this.foreign(taken.field, taken.text);
      case 'fault':
        world.standin.faults.add({ mode: taken.mode, times: taken.times });
        return;
      case 'send':
        return world.settled();
      case 'retry':
        return world.scheduler.retryNow();
      case 'refresh':
        await world.refresher.refresh(world.id, { looking: false });
        return;
      case 'restart':
        await world.until(() => !world.busy());
        return world.restart();
      case 'turn':
        for (let turn = 0; turn < taken.turns; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
    }
  }

  /** Lets everything come to its end without faults. */
  async finish(): Promise<void> {
    const { world } = this;
    world.standin.faults.clear();
    const over = (): boolean =>
      !world.busy() && ['conflict', 'refused', 'gone'].includes(world.row()?.state ?? 'gone');
    await world.until(() => !world.busy());
    world.scheduler.retryNow();
    await world.until(over);
    await world.refresher.refresh(world.id, { looking: true });
  }

  check(): void {
    const { world } = this;
    const row = world.row();
    const there = world.standin.profileOf(world.id);
    for (const name of FIELD_NAMES) {
      const { submitted, open, foreign } = this.of(name);
      const held = there?.[name] ?? '';
      if (submitted === null) {
        expect(foreign.has(held), `${name} was never submitted, and is ${held}`).toBe(true);
      } else if (open) {
        const known = held === submitted || foreign.has(held) || row?.desired[name] === submitted;
        expect(known, `${name} is ${held}`).toBe(true);
      } else {
        expect([held, row?.desired[name]], name).toContain(submitted);
      }
    }
    if (!row) expect(world.saved()).toEqual(there);
    for (const { method, body } of world.standin.requests) {
      if (method !== 'PUT') continue;
      const written = JSON.parse(body) as Profile;
      for (const name of FIELD_NAMES) {
        expect(this.of(name).allowed.has(written[name]), `${name}: ${written[name]}`).toBe(true);
      }
    }
    expect(world.standin.violations).toEqual([]);
  }
}

test('whatever happens in whatever order, what was submitted is at Cloudflare or pending', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const world = await SyncWorld.start({ organizations: 1 });
        const original = { business_name: 'original', business_phone: 'original' };
        world.standin.setProfile(world.id, { ...original, business_address: 'original' });
        await world.refresher.refresh(world.id, { looking: true });
        const run = new Run(world);
        for (const one of steps) await run.take(one as Step);
        await run.finish();
        run.check();
      })
      .afterEach(closeWorlds),
    { numRuns: Number(process.env['LETTERHEAD_RUNS'] ?? 30) },
  );
}, 600_000);
