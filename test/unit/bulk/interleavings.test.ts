/**
 * Random interleavings of jobs with pausing, cancelling, retrying, saves on pages, other people's edits,
 * faults and restarts. Whatever the order: each job's counts add up, what is called done was confirmed,
 * what is cancelled or failed never claims to be done, and nothing pending is lost.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldName } from '../../../src/shared/profile';
import type { FaultMode } from '../../standin/index';
import { turns } from '../event-loop';
import { BulkWorld, closeWorlds } from './world';

const FAULTS = [
  'reset',
  'put-reply-lost',
  'put-applied-502',
  '500-empty',
  '429-retry-1',
  '403-9103',
  'validation-error',
  'stores-differently',
] as const satisfies readonly FaultMode[];

const field = fc.constantFrom<FieldName>('business_name', 'business_phone');
const text = fc.constantFrom('a', 'b', 'c');
const which = fc.nat(3);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('job' as const),
      field,
      text,
      ids: fc.uniqueArray(which, { minLength: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['pause', 'resume', 'cancel', 'retry', 'dismiss'] as const)),
      nth: fc.nat(3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['save', 'type', 'foreign'] as const)),
      which,
      field,
      text,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['discard', 'accept', 'retry-page', 'resolve', 'refresh', 'remove'] as const),
      ),
      which,
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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const), turns: fc.nat(25) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly world: BulkWorld;
  /** The jobs, with the text and the organizations each submitted. */
  readonly jobs: { id: string; field: FieldName; text: string; ids: string[] }[] = [];

  constructor(world: BulkWorld) {
    this.world = world;
  }

  async job(name: FieldName, wanted: string, ids: string[]): Promise<void> {
    const { world } = this;
    const submitted = await world.submitPlan(await world.plan({ [name]: wanted }, ids), ids);
    if (!submitted.ok) return expect(submitted.failure.code).toBe('change.none') as undefined;
    const results = world.results(submitted.value);
    const all = results.map(({ organizationId }) => organizationId);
    this.jobs.push({ id: submitted.value, field: name, text: wanted, ids: all });
  }

  /** What is done with the whole of a job. */
  async whole(what: 'pause' | 'resume' | 'cancel' | 'retry' | 'dismiss', nth: number) {
    const { handlers } = this.world.bulk;
    const job = this.jobs[nth % Math.max(1, this.jobs.length)];
    if (!job) return;
    const call = what === 'retry' ? handlers.retryFailed : handlers[what];
    const waited = this.world.runs().find(({ id }) => id === job.id)?.waiting ?? 0;
    const done = await call({ runId: job.id });
    if (what !== 'dismiss') return;
    expect(done.ok, 'only what is over is dismissed').toBe(waited === 0);
    this.jobs.splice(this.jobs.indexOf(job), done.ok ? 1 : 0);
  }

  async page(taken: Extract<Step, { which: number }>): Promise<void> {
    const { sync } = this.world;
    const id = sync.ids[taken.which]!;
    if (!sync.read((tables) => tables.organizations.get(id))) return;
    const row = sync.row(id);
    switch (taken.do) {
      case 'save':
        sync.type({ [taken.field]: taken.text }, id);
        if (sync.read((tables) => tables.drafts.get(id))) sync.submit({}, id);
        return;
      case 'type':
        return sync.type({ [taken.field]: taken.text }, id);
      case 'foreign':
        return sync.standin.setProfile(id, { [taken.field]: `their ${taken.text}` });
      case 'discard':
        if (row) sync.discard(id);
        return;
      case 'resolve':
        if (row?.state === 'conflict') sync.resolve(['business_name'], id);
        return;
      case 'remove':
        // Only what nothing is under way for: the last organization stays.
        if (taken.which === 3) sync.write((tables) => tables.organizations.remove(id));
        return;
      case 'accept':
        await sync.changes.acceptAsStored({ organizationId: id });
        return;
      case 'retry-page':
        await sync.changes.retry({ organizationId: id });
        return;
      case 'refresh':
        await sync.refresher.refresh(id, { looking: false });
    }
  }

  async take(taken: Step): Promise<void> {
    const { world } = this;
    switch (taken.do) {
      case 'job': {
        const ids = taken.ids.map((index) => world.ids[index]!);
        return this.job(taken.field, taken.text, ids);
      }
      case 'pause':
      case 'resume':
      case 'cancel':
      case 'retry':
      case 'dismiss':
        return this.whole(taken.do, taken.nth);
      case 'fault':
        world.sync.standin.faults.add({ mode: taken.mode, times: taken.times });
        return;
      case 'restart':
        await world.restart();
        return turns(20);
      case 'turn':
        return turns(taken.turns);
      default:
        return this.page(taken);
    }
  }

  /** Counts and results agree, and with the pending changes there are. */
  check(): void {
    const { world } = this;
    const runs = world.runs();
    expect(runs.map(({ id }) => id).sort()).toEqual(this.jobs.map(({ id }) => id).sort());
    for (const { id, ids } of this.jobs) {
      const run = world.run(id);
      const results = world.results(id);
      const here = ids.filter((one) => world.sync.read((t) => t.organizations.get(one)));
      expect(results.map(({ organizationId }) => organizationId)).toEqual(here);
      expect(run.done + run.waiting + run.failed + run.cancelled).toBe(run.total);
      expect(run.total).toBe(here.length);
      for (const state of ['done', 'waiting', 'failed', 'cancelled'] as const) {
        expect(results.filter((result) => result.state === state)).toHaveLength(run[state]);
      }
      for (const { organizationId, state, failure } of results) {
        const row = world.sync.row(organizationId);
        if (state === 'waiting' || state === 'failed') expect(row).not.toBeNull();
        if (state === 'failed') expect(failure).not.toBeNull();
        if (state === 'done') expect(failure).toBeNull();
      }
    }
    for (const { bulkRunId } of world.sync.read((tables) => tables.outbox.all())) {
      // A dismissed job may still have changes; they are sent, so they are nobody's loss.
      if (bulkRunId !== null && this.jobs.some(({ id }) => id === bulkRunId)) {
        expect(world.run(bulkRunId).total).toBeGreaterThan(0);
      }
    }
  }

  /** Lets everything come to its end without faults; nothing paused is sent. */
  async finish(): Promise<void> {
    const { world } = this;
    const { sync } = world;
    sync.standin.faults.clear();
    // What was being written when its job was paused ends first.
    const isWriting = (id: string): boolean => sync.progress.of(id).step !== null;
    const ofPaused = (): string[] =>
      world
        .runs()
        .filter(({ state }) => state === 'paused')
        .flatMap(({ id }) => sync.read((tables) => tables.outbox.ofRun(id)))
        .map(({ organizationId }) => organizationId);
    await sync.until(() => !ofPaused().some(isWriting));
    const before = new Map(
      world
        .runs()
        .filter(({ state }) => state === 'paused')
        .map(({ id }) => [id, world.sync.read((tables) => tables.outbox.ofRun(id).length)]),
    );
    sync.scheduler.retryNow();
    // What a later job took over of it goes with that one.
    const sends = (id: string): boolean =>
      sync
        .read((tables) => tables.outbox.ofRun(id))
        .some(({ state }) => state === 'queued' || state === 'waiting');
    const over = (): boolean =>
      world.runs().every(({ id, state }) => state !== 'running' || !sends(id));
    await sync.until(() => over() && !sync.busy());
    for (const [id, changes] of before) {
      const left = world.sync.read((tables) => tables.outbox.ofRun(id).length);
      expect(left, 'a paused job keeps what it has').toBe(changes);
    }
    this.check();
    for (const { id } of world.runs()) await world.bulk.handlers.resume({ runId: id });
    // Everything comes to its end, the person's own saves too: only what needs somebody is left.
    const needs = ['conflict', 'refused', 'paused', 'gone'];
    const ended = (id: string): boolean => needs.includes(sync.row(id)?.state ?? 'gone');
    await sync.until(() => over() && world.ids.every(ended) && !sync.busy());
    await sync.until(() => sync.read((tables) => tables.givenUp.ids()).length === 0);
  }

  /** What a job calls done was at Cloudflare, as the history shows. */
  checkDone(): void {
    const { world } = this;
    for (const { id, field: name, text: wanted } of this.jobs) {
      for (const { organizationId, state } of world.results(id)) {
        if (state !== 'done') continue;
        const revisions = world.revisions(organizationId);
        // Written (and perhaps stored differently in another field), or given up by accepting what is
        // stored. Nobody else writes these texts.
        const proven = revisions.some(
          ({ kind, fields }) => kind !== 'discarded' && fields[name] === wanted,
        );
        expect(proven, 'done means confirmed').toBe(true);
      }
    }
  }
}

test('whatever happens to jobs in whatever order, their results are true and add up', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const world = await BulkWorld.start({ organizations: 4 });
        const run = new Run(world);
        for (const one of steps) {
          await run.take(one);
          run.check();
        }
        await run.finish();
        run.check();
        run.checkDone();
        expect(world.sync.standin.violations).toEqual([]);
      })
      .afterEach(closeWorlds),
    // Its seed says enough; making it smaller would take minutes.
    { endOnFailure: true, numRuns: Number(process.env['LETTERHEAD_RUNS'] ?? 30) },
  );
}, 1_200_000);
