/** Lives, each ended by a kill at a random moment, each judged by the oracle; now and then all settles. */
import { filesWith } from '../../e2e/support/canary';
import { judgeKill, judgeSettled, type Complaint } from '../oracle';
import { workAtWindow } from './at-window';
import { workByCalls } from './by-calls';
import { Gone } from './debugger';
import { decide, giveUp } from './deciding';
import { COUNTED, type Life, type PersonCounts } from './life';
import { readDisk } from './disk';
import { createOutside, type Outside } from './outside';

import { createRandom, type Random } from './random';
import { mustBeKept, note, type Known } from './record';
import { violation } from './report';
import type { RunSettings } from './settings';
import type { Surroundings } from './surroundings';
import { now, pause, until } from './time';

/** How many lives between two times that everything settles. */
const LIVES_PER_SETTLING = 25;
/** How long a life lasts once the window is usable, ms. */
const LIFE_MS = [50, 2_500] as const;
/** Within this time after the start, ms, the kill strikes while the app starts. */
const STARTING_MS = 900;
/** How long settling may take, ms. */
const SETTLE_LIMIT_MS = 60_000;

/** What was done and measured. */
export interface KillCounts {
  kills: number;
  whileStarting: number;
  mainAlone: number;
  longestGone: number;
  /** Ms from each start to a usable window. */
  starts: number[];
  settled: number;
  /** Age of the oldest text that a kill took, ms. */
  oldestLost: number;
  seconds: number;
}

/** A run of the kill loop. */
export class KillLoop {
  readonly kills: KillCounts = {
    kills: 0,
    whileStarting: 0,
    mainAlone: 0,
    longestGone: 0,
    starts: [],
    settled: 0,
    oldestLost: 0,
    seconds: 0,
  };
  readonly person = Object.fromEntries(COUNTED.map((what) => [what, 0])) as PersonCounts;
  readonly outside: Outside;
  readonly known: readonly Known[];
  readonly #surroundings: Surroundings;
  readonly #settings: RunSettings;
  #serial = 0;

  constructor(surroundings: Surroundings, settings: RunSettings) {
    this.#surroundings = surroundings;
    this.#settings = settings;
    this.known = [...surroundings.known.values()];
    const { standin, known } = surroundings;
    this.outside = createOutside(standin, known, createRandom(settings.seed, -1));
  }

  /** Runs until all kills are done; throws at the first violation, with everything about it. */
  async run(): Promise<void> {
    const began = now();
    const { kills, seed } = this.#settings;
    for (let cycle = 1; cycle <= kills; cycle += 1) {
      const random = createRandom(seed, cycle);
      await this.#live(cycle, random);
      const last = cycle === kills;
      if (cycle % LIVES_PER_SETTLING === 0 || last) await this.#settle(cycle, random);
      this.kills.seconds = (now() - began) / 1_000;
      if (cycle % LIVES_PER_SETTLING === 0 && !last) {
        process.stdout.write(`${cycle} of ${kills} kills, ${Math.round(this.kills.seconds)} s\n`);
      }
    }
  }

  async #live(cycle: number, random: Random): Promise<void> {
    const { start, startWithWindow } = this.#surroundings;
    for (const known of this.known) note(known, `life ${cycle}`);
    let alive = true;
    const living = (): boolean => alive;
    const others = this.outside.live(createRandom(random.between(0, 1e9)), living);
    const busy: Promise<void>[] = [others];
    let victim;
    if (random.chance(0.15)) {
      this.kills.whileStarting += 1;
      victim = start();
      await pause(random.between(0, STARTING_MS));
    } else {
      const begun = now();
      const { window, calls, ...started } = await startWithWindow();
      victim = started.victim;
      this.kills.starts.push(now() - begun);
      const [atWindow, byCalls] = halves(random.shuffled(this.known));
      busy.push(workAtWindow(this.#life(random, living), window, atWindow));
      busy.push(workByCalls(this.#life(random, living), calls, byCalls));
      // What fails while it lives ends the life at once; `Gone` is looked at below.
      await Promise.race([pause(random.between(...LIFE_MS)), ...busy]);
    }
    const all = random.chance(0.5);
    const { at, goneAfter } = await victim.kill(all ? 'all' : 'main');
    alive = false;
    for (const known of this.known) note(known, 'killed');
    await this.#ended(busy);
    this.kills.kills += 1;
    if (!all) this.kills.mainAlone += 1;
    this.kills.longestGone = Math.max(this.kills.longestGone, goneAfter);
    await this.#judge(cycle, at);
  }

  #life(random: Random, alive: () => boolean): Life {
    const serial = (): number => (this.#serial += 1);
    return { random: createRandom(random.between(0, 1e9)), alive, counts: this.person, serial };
  }

  /** The people stop; that the app was gone is no news to them. */
  async #ended(busy: readonly Promise<void>[]): Promise<void> {
    for (const one of await Promise.allSettled(busy)) {
      if (one.status === 'rejected' && !(one.reason instanceof Gone)) throw one.reason;
    }
  }

  async #judge(cycle: number, killedAt: number): Promise<void> {
    const { userData, keys, standin } = this.#surroundings;
    const candidates = new Map(this.known.map((one) => [one, one.moments]));
    const complaints = judgeKill(this.known, readDisk(userData), killedAt, this.#judgedWrites);
    for (const known of this.known) this.#judgedWrites.set(known.id, known.writes.length);
    for (const [known, moments] of candidates) this.#measureLoss(known, moments, killedAt);
    for (const key of keys) {
      const files = await filesWith(userData, key);
      for (const file of files) complaints.push({ known: null, text: `a key is in ${file}` });
    }
    for (const text of standin.violations) complaints.push({ known: null, text });
    this.outside.counts.refusedByLimit = standin.requests.filter(
      ({ status }) => status === 429,
    ).length;
    this.#complain(cycle, complaints);
  }

  readonly #judgedWrites = new Map<string, number>();

  /** How old the oldest text is that did not get to the disk. */
  #measureLoss(known: Known, before: Known['moments'], killedAt: number): void {
    const found = before.findIndex(({ what, edits }) => {
      const now = known.moments[0]!;
      return what === now.what && edits === now.edits;
    });
    const lost = before.slice(found + 1).find(({ ackAt }) => ackAt !== null);
    if (!lost || mustBeKept(lost, killedAt)) return;
    this.kills.oldestLost = Math.max(this.kills.oldestLost, killedAt - lost.ackAt!);
  }

  /** Everything outside is well: nothing may be left waiting, and Cloudflare's copy must be explained. */
  async #settle(cycle: number, random: Random): Promise<void> {
    this.outside.rough = false;
    this.#surroundings.standin.settings.latency = 0;
    const { startWithWindow, userData } = this.#surroundings;
    const { victim, calls } = await startWithWindow();
    await calls.value('connection', 'tryNow');
    for (const known of this.known) {
      const request = { organizationId: known.id };
      const settled = async (): Promise<boolean> => {
        const view = await calls.value('organizations', 'open', request);
        if (view.draft) await calls.value('drafts', 'discard', request);
        if (!view.change) return true;
        const life = { random, counts: this.person };
        if (view.change.state === 'conflict') {
          if (random.chance(0.8)) await decide(life, calls, known, view);
          else await giveUp(life, calls, known, view);
        } else if (view.change.step === null) await calls.value('changes', 'retry', request);
        await pause(50);
        return false;
      };
      await until(`${known.name} to settle`, settled, SETTLE_LIMIT_MS);
      await calls.value('organizations', 'refresh', request);
      known.moments = [{ ...known.moments[0]!, edits: {}, began: {} }];
      note(known, 'settled');
    }
    const { at } = await victim.kill('all');
    this.kills.settled += 1;
    await this.#judge(cycle, at);
    this.#complain(cycle, judgeSettled(this.known, readDisk(userData)));
    this.outside.rough = true;
  }

  #complain(cycle: number, complaints: readonly Complaint[]): void {
    if (complaints.length === 0) return;
    throw new Error(violation(complaints, { seed: this.#settings.seed, cycle }));
  }
}

function halves<T>(all: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}
