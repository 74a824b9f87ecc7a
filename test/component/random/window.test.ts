/**
 * Random stories of the window: a person types, saves, discards, leaves pages and opens them again while the database
 * is slow or fails. LETTERHEAD_WINDOW_STORIES=5000 runs as many, LETTERHEAD_WINDOW_SEED=17 that one.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../../../src/main/database';
import { valueOf } from '../../unit/results';
import { runStory } from './window-driver';
import { describeStep, shorten, storyOf } from './window-story';

const only = process.env['LETTERHEAD_WINDOW_SEED'];
const stories = Number(process.env['LETTERHEAD_WINDOW_STORIES'] ?? 200);
const first = only === undefined ? 1 : Number(only);
const last = only === undefined ? stories : first;

test('what was typed is on screen, in the draft, submitted, or discarded by the person', async () => {
  // In memory, where there is such a folder: a story waits for the disk a hundred times.
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(base, 'letterhead-window-'));
  const { database } = valueOf(openDatabase(folder, { now: Date.now }));
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    for (let seed = first; seed <= last; seed++) {
      const story = storyOf(seed);
      if ((await runStory(database, story)) === null) continue;
      const shortest = await shorten(story, (shorter) => runStory(database, shorter));
      const why = await runStory(database, shortest);
      const steps = shortest.map(describeStep).join('\n');
      expect.fail(`seed ${seed}: ${why}\n${steps}`);
    }
  } finally {
    vi.useRealTimers();
    database.close();
    rmSync(folder, { recursive: true });
  }
}, 600_000);
