/**
 * An hour of a reseller with 2,300 organizations, in simulated time. During the initial fetch of the
 * profiles, a person changes 26 of them, saves one, or changes hundreds. Cloudflare never refuses a
 * request because the limit is exceeded.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedApp } from './simulated-app';

const WINDOWS = ['any', 'fixed'] as const;
const MINUTE = 60_000;

let app: SimulatedApp;

/**
 * Starts an app that has been running the initial fetch of 2,300 entries, and a check, for `ms`.
 */
async function startReading(windows: 'any' | 'fixed', ms: number): Promise<void> {
  app = new SimulatedApp(2_300, windows);
  app.check.start();
  await app.pass(ms);
}

afterEach(() => {
  expect(app.cloudflare.refusals).toBe(0);
  expect(app.mostInAWindow()).toBeLessThanOrEqual(1_200);
});

describe.each(WINDOWS)('in %s windows', (windows) => {
  // During the first burst, when half of the limit is used up, and when it is free again.
  test.each(windows === 'any' ? [5_000, 2 * MINUTE, 302_000] : [302_000])(
    'changes 26 after %i ms of reading: first save within 2 s, done within 30 s',
    async (ms) => {
      await startReading(windows, ms);
      expect(app.copies).toBeGreaterThan(50);
      const ids = app.ids.slice(0, 26);
      const startedAt = app.now;
      app.submitSave('save', ids);
      const { timeLeft } = app.saveOf('save');
      await app.pass(2_000, () => app.saveOf('save').done > 0);
      expect(app.saveOf('save').done).toBeGreaterThan(0);
      await app.pass(28_000, () => app.saveOf('save').waiting === 0);
      const ended = app.now;
      expect(app.saveOf('save')).toMatchObject({ done: 26, state: 'ended', waitsUntil: null });
      // No other request started meanwhile. Those counted in the first 300 ms were already running.
      expect(app.requestsBeside(startedAt + 300, ids).filter(({ at }) => at < ended)).toEqual([]);
      expect(timeLeft).toBeGreaterThan(0);
      expect(timeLeft).toBeLessThan(30_000);
      // Then the initial fetch continues.
      const { copies } = app;
      await app.pass(6 * MINUTE, () => app.copies > copies);
      expect(app.copies).toBeGreaterThan(copies);
    },
    60_000,
  );

  test('changes 400: uses the share of saves, shows an accurate ETA, and reads nothing meanwhile', async () => {
    await startReading(windows, 3 * MINUTE);
    const ids = app.ids.slice(0, 400);
    const startedAt = app.now;
    app.submitSave('save', ids);
    const estimated = app.saveOf('save').timeLeft!;
    expect(app.readQueue.initialFetch()).toMatchObject({
      read: app.copies,
      total: 2_300,
      paused: false,
    });
    await app.pass(1_000);
    expect(app.readQueue.initialFetch()).toMatchObject({ paused: true, timeLeft: null });
    // For each reported end of a wait: when it was first reported, and when sending continued.
    const waits: { reportedAt: number; until: number; sent: number }[] = [];
    while (app.saveOf('save').waiting > 0 && app.now < startedAt + 60 * MINUTE) {
      const { waitsUntil } = app.saveOf('save');
      if (waitsUntil === null) {
        await app.pass(1_000);
        continue;
      }
      const reportedAt = app.now;
      // Let running requests end.
      await app.pass(3_000);
      const before = app.counted.length;
      await app.pass(10 * MINUTE, () => app.counted.length > before);
      waits.push({ reportedAt, until: waitsUntil, sent: app.now });
      await app.pass(1_000);
    }
    const duration = app.now - startedAt;
    expect(app.saveOf('save')).toMatchObject({ done: 400, waiting: 0 });
    expect(Math.abs(duration - estimated)).toBeLessThan(duration / 8);
    expect(waits.length).toBeGreaterThan(0);
    for (const { until, sent } of waits) expect(Math.abs(sent - until)).toBeLessThan(1_000);
    const meanwhile = app
      .requestsBeside(startedAt + 300, ids)
      .filter(({ at }) => at < startedAt + duration);
    expect(meanwhile).toEqual([]);
    expect(app.mostInAWindow()).toBeGreaterThan(1_000);
    expect(app.mostInAWindow()).toBeLessThanOrEqual(1_080);
  }, 120_000);
});

test('sends a single save while profiles are read, and while a large save is sent', async () => {
  await startReading('any', 4 * MINUTE);
  const [one, other] = app.ids as [string, string];
  const save = async (id: string): Promise<number> => {
    const startedAt = app.now;
    app.save(id, { business_name: 'New' });
    await app.pass(30_000, () => !app.waits(id));
    return app.now - startedAt;
  };
  expect(await save(one)).toBeLessThan(2_000);
  app.submitSave('save', app.ids.slice(2, 402));
  await app.pass(MINUTE);
  expect(app.saveOf('save').waiting).toBeGreaterThan(0);
  expect(await save(other)).toBeLessThan(2_000);
}, 60_000);

test('only the initial fetch: uses half of the limit, and shows its progress and an accurate ETA', async () => {
  app = new SimulatedApp(1_300, 'any');
  const startedAt = app.now;
  await app.pass(10_000);
  const first = app.readQueue.initialFetch()!;
  expect(first).toMatchObject({ total: 1_300, paused: false, waitsUntil: null });
  expect(first.read).toBe(app.copies);
  const left = startedAt + 10_000 + first.timeLeft!;
  await app.pass(2 * MINUTE);
  const second = app.readQueue.initialFetch()!;
  // Half of the limit is used up. The fetch waits, and reports until when.
  expect([second.read, app.copies]).toEqual([600, 600]);
  const { waitsUntil } = second;
  const before = app.counted.length;
  await app.pass(5 * MINUTE, () => app.counted.length > before);
  expect(Math.abs(app.now - waitsUntil!)).toBeLessThan(1_000);
  await app.pass(60 * MINUTE, () => app.readQueue.initialFetch() === null);
  expect(app.copies).toBe(1_300);
  expect(Math.abs(app.now - left)).toBeLessThan((left - startedAt) / 10);
  expect(app.mostInAWindow()).toBeLessThanOrEqual(600);
}, 60_000);
