/**
 * Random interleavings of typing, saving, saving again, deciding, giving up, restoring, other people's
 * edits, faults, waits and restarts. Whatever the order: nothing is written that was not submitted,
 * nothing submitted is lost, nothing of others is overwritten that the person has not seen.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restoreIn } from '../../../src/main/profiles/restore';
import { FIELD_NAMES, type FieldName, type Profile } from '../../../src/shared/profile';
import type { FaultMode } from '../../standin/index';
import { turns } from '../event-loop';
import { Ledger } from './ledger';
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
  'stores-differently',
] as const satisfies readonly FaultMode[];

const field = fc.constantFrom<FieldName>('business_name', 'business_phone', 'business_address');
// Few texts, so that edits meet, repeat and go back to the original.
const text = fc.constantFrom('original', 'a', 'b', 'c');
const plain = fc.constantFrom(
  ...(['send', 'retry', 'refresh', 'restart', 'discard', 'accept', 'offline', 'online'] as const),
);

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit' as const), field, text }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('type' as const), field, text }) },
  {
    weight: 3,
    // Null: a text nobody else ever writes.
    arbitrary: fc.record({
      do: fc.constant('foreign' as const),
      field,
      text: fc.option(text),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      mode: fc.constantFrom(...FAULTS),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: plain }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      theirs: fc.uniqueArray(field),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), nth: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const), turns: fc.nat(12) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly world: SyncWorld;
  readonly ledger: Ledger;
  #foreign = 0;

  constructor(world: SyncWorld) {
    this.world = world;
    this.ledger = new Ledger(world);
  }

  submit(name: FieldName, value: string): void {
    const { world, ledger } = this;
    if (world.row()?.state === 'refused') ledger.looked();
    world.type({ [name]: value });
    ledger.typed(name, value);
    const draft = world.read((tables) => tables.drafts.get(world.id));
    if (draft) ledger.submitted(draft, world.submit({}));
  }

  /** Not between our read and our write: nobody could notice that. */
  async foreign(name: FieldName, value: string | null): Promise<void> {
    const { world, ledger } = this;
    const busy = (): boolean =>
      ['reading', 'writing'].includes(world.progress.of(world.id).step ?? '');
    await world.until(() => !busy(), { clock: false });
    const written = value ?? `unique ${(this.#foreign += 1)}`;
    world.standin.setProfile(world.id, { [name]: written });
    ledger.foreign(name, written);
  }

  resolve(theirs: readonly FieldName[]): void {
    const row = this.world.row();
    if (row?.state !== 'conflict') return;
    this.ledger.decided(row, theirs);
    expect(this.world.resolve(theirs).ok).toBe(true);
  }

  restore(nth: number): void {
    const { world, ledger } = this;
    const all = world.read((tables) => tables.revisions.of(world.id));
    const revision = all[nth % Math.max(1, all.length)];
    if (!revision) return;
    const restoring = { organizationId: world.id, revisionId: revision.id, replaceDraft: true };
    const done = world.write((tables) => restoreIn(tables, restoring, world.clock.now()));
    if (done === 'restored') ledger.restored();
  }

  async take(taken: Step): Promise<void> {
    const { world, ledger } = this;
    switch (taken.do) {
      case 'type':
        world.type({ [taken.field]: taken.text });
        return ledger.typed(taken.field, taken.text);
      case 'submit':
        return this.submit(taken.field, taken.text);
      case 'foreign':
        return this.foreign(taken.field, taken.text);
      case 'resolve':
        return this.resolve(taken.theirs);
      case 'restore':
        return this.restore(taken.nth);
      case 'fault':
        world.standin.faults.add({ mode: taken.mode, times: taken.times });
        return;
      case 'discard':
        if (world.row()) world.discard();
        return ledger.gaveUp();
      case 'accept':
        await world.changes.acceptAsStored({ organizationId: world.id });
        return ledger.gaveUp();
      case 'send':
        return world.settled();
      case 'retry':
        if (world.row()?.state === 'refused') ledger.looked();
        return world.scheduler.retryNow(world.id);
      case 'refresh':
        await world.refresher.refresh(world.id, { looking: false });
        return;
      case 'offline':
        return world.standin.goOffline();
      case 'online':
        return world.standin.goOnline();
      case 'restart':
        await world.restart();
        // What was under way when it ended may still arrive.
        return turns(20);
      case 'turn':
        return turns(taken.turns);
    }
  }

  /** Lets everything come to its end without faults. */
  async finish(): Promise<void> {
    const { world } = this;
    await world.standin.goOnline();
    world.standin.faults.clear();
    const over = (): boolean =>
      !world.busy() && ['conflict', 'refused', 'gone'].includes(world.row()?.state ?? 'gone');
    await world.until(() => !world.busy());
    world.scheduler.retryNow();
    await world.until(over);
    await world.until(() => world.read((tables) => tables.givenUp.ids()).length === 0);
    // A rate limit may be over only later, a connection may have died while it was offline.
    const read = () => world.refresher.refresh(world.id, { looking: true });
    for (let tries = 0; tries < 4 && !(await read()).ok; tries += 1) world.clock.advance(1_000);
    // What the refresh found may have ended a conflict.
    await world.until(over);
  }

  check(): void {
    const { world, ledger } = this;
    const row = world.row();
    const there = world.standin.profileOf(world.id) as Profile;
    ledger.checkEnd(there, row);
    expect(world.saved()).toEqual(there);
    if (row?.state === 'conflict') expect(row.theirs).toEqual(there);
    if (!row) {
      const copies = world.read((tables) =>
        tables.revisions.copyBefore(world.id, Number.MAX_SAFE_INTEGER),
      );
      expect(copies?.fields, 'the history explains what is at Cloudflare').toEqual(there);
    }
    expect(world.standin.violations).toEqual([]);
  }
}

test('whatever happens in whatever order, nothing is lost, leaked or overwritten unseen', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
        const world = await SyncWorld.start({ organizations: 1 });
        const original = Object.fromEntries(FIELD_NAMES.map((name) => [name, 'original']));
        world.standin.setProfile(world.id, original);
        await world.refresher.refresh(world.id, { looking: true });
        const run = new Run(world);
        for (const one of steps) {
          await run.take(one);
          run.ledger.checkNow();
        }
        await run.finish();
        run.ledger.checkNow();
        run.check();
      })
      .afterEach(closeWorlds),
    { numRuns: Number(process.env['LETTERHEAD_RUNS'] ?? 40) },
  );
}, 1_200_000);
