/** Lives, each ended by a kill at a random moment, each judged by the oracle; now and then all settles. */
import { filesWith } from '../../e2e/support/canary';
import { judgeKill, judgeSettled, type Complaint } from '../oracle';
import { workAtWindow } from './at-window';
import { workByCalls } from './by-calls';
import { Gone } from './debugger';
import { readDisk } from './disk';
import type { JobRecord } from './job-record';
import { createJobDriver } from './jobs-by-calls';
import { COUNTED, type Life, type PersonCounts } from './run';
import { createOutside, type Outside } from './outside';
import { createRandom, type Random } from './random';
import { closedInOrder, mustBeKept, note, type Known } from './record';
import { violation } from './report';
import { settleAll } from './settle';
import type { RunSettings } from './settings';
import { overlap } from './stalls';
import type { Started, Environment } from './environment';
import { now, pause } from './time';
import type { AppProcess } from './app-process';

/** How many lives between two times that everything settles. */
const LIVES_PER_SETTLING = 25;
/** How long a life lasts once the window is usable, ms. */
const LIFE_MS = [50, 2_500] as const;
/** How often a life ends with the window being closed, and how soon a kill may follow, ms. */
const CLOSING = 0.12;
const CLOSING_MS = 200;
/** How soon a kill strikes in the middle of something, ms. */
const STRIKE_MS = 25;
/** Within this time after the start, ms, the kill strikes while the app starts. */
const STARTING_MS = 900;

/** What was done and measured. */
export interface KillCounts {
  kills: number;
  whileStarting: number;
  mainAlone: number;
  /** Kills in the middle of a call about a job. */
  duringJobs: number;
  /** Lives that ended by closing the window right after a key, and those of them not killed before. */
  closed: number;
  closedInOrder: number;
  longestGone: number;
  /** Ms from each start to a usable window. */
  starts: number[];
  settled: number;
  /** Age of the oldest text that a kill took, without the time that main stood still, ms. */
  oldestLost: number;
  seconds: number;
}

/** A run of the kill loop. */
export class KillLoop {
  readonly kills: KillCounts = {
    kills: 0,
    whileStarting: 0,
    mainAlone: 0,
    duringJobs: 0,
    closed: 0,
    closedInOrder: 0,
    longestGone: 0,
    starts: [],
    settled: 0,
    oldestLost: 0,
    seconds: 0,
  };
  readonly person = Object.fromEntries(COUNTED.map((what) => [what, 0])) as PersonCounts;
  readonly outside: Outside;
  readonly known: readonly Known[];
  readonly #environment: Environment;
  readonly #settings: RunSettings;
  readonly #jobs: JobRecord[] = [];
  readonly #judgedWrites = new Map<string, number>();
  #serial = 0;

  constructor(environment: Environment, settings: RunSettings) {
    this.#environment = environment;
    this.#settings = settings;
    this.known = [...environment.known.values()];
    const { standin, known } = environment;
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
    const { start, startWithWindow } = this.#environment;
    for (const known of this.known) note(known, `life ${cycle}`);
    let alive = true;
    const living = (): boolean => alive;
    const others = this.outside.live(createRandom(random.between(0, 1e9)), living);
    let people: Promise<void>[] = [];
    let process: AppProcess;
    let closing: (() => Promise<void>) | null = null;
    if (random.chance(0.15)) {
      this.kills.whileStarting += 1;
      process = start();
      await pause(random.between(0, STARTING_MS));
    } else {
      const begun = now();
      const started = await startWithWindow();
      process = started.appProcess;
      this.kills.starts.push(now() - begun);
      const { struck, strike } = this.#strikeIn(random.between(0, STRIKE_MS));
      people = this.#letWork(started, random, living, strike);
      // What fails while it lives ends the life at once; `Gone` is looked at below.
      await Promise.race([pause(random.between(...LIFE_MS)), struck, ...people]).catch(
        (error: unknown) => this.#fail(cycle, error),
      );
      if (random.chance(CLOSING)) closing = () => this.#close(started, random);
    }
    if (closing) {
      // The person stops after what they do now, and closes the window in the same moment.
      alive = false;
      await this.#ended(cycle, people);
      await closing();
    }
    const at = await this.#kill(process, random);
    alive = false;
    for (const known of this.known) note(known, 'killed');
    await this.#ended(cycle, [...people, others]);
    this.kills.kills += 1;
    await this.#judge(cycle, at);
  }

  /** Lets somebody say when the kill strikes: this many ms later. */
  #strikeIn(ms: number): { struck: Promise<void>; strike: () => void } {
    let strike = (): void => undefined;
    const struck = new Promise<void>((resolve) => (strike = resolve)).then(() => {
      this.kills.duringJobs += 1;
      return pause(ms);
    });
    return { struck, strike };
  }

  /** The person works at the window with one half of the organizations, and by calls with the other. */
  #letWork(
    { appProcess, window, calls }: Started,
    random: Random,
    alive: () => boolean,
    strike: () => void,
  ): Promise<void>[] {
    const [atWindow, byCalls] = halves(random.shuffled(this.known));
    const stall = (ms: number): Promise<void> => appProcess.stall(ms, this.#environment.stalls);
    const jobs = createJobDriver(this.#jobs, byCalls, atWindow);
    return [
      workAtWindow(this.#life(random, alive, strike), { window, calls, stall }, atWindow),
      workByCalls(this.#life(random, alive, strike), calls, byCalls, jobs),
    ];
  }

  /** Closes the window; where no kill comes in between, every key is on disk afterwards. */
  async #close({ appProcess, page }: Started, random: Random): Promise<void> {
    this.kills.closed += 1;
    for (const known of this.known) note(known, 'the window is closed');
    // Quitting closes the window first, as its button does. The answer would come from an app that is gone.
    if (random.chance(0.5)) page.quit().catch(() => undefined);
    else appProcess.signal('SIGTERM');
    if (random.chance(0.5)) return pause(random.between(0, CLOSING_MS));
    expectInOrder(await appProcess.ended);
    await appProcess.untilNothingLeft();
    for (const known of this.known) closedInOrder(known);
    this.kills.closedInOrder += 1;
  }

  /** Kills it, unless it has ended in order; says when. */
  async #kill(process: AppProcess, random: Random): Promise<number> {
    const all = random.chance(0.5);
    if (!process.isRunning) {
      await process.untilNothingLeft();
      return now();
    }
    const { at, goneAfter } = await process.kill(all ? 'all' : 'main');
    if (!all) this.kills.mainAlone += 1;
    this.kills.longestGone = Math.max(this.kills.longestGone, goneAfter);
    return at;
  }

  #life(random: Random, alive: () => boolean, strike: () => void): Life {
    const serial = (): number => (this.#serial += 1);
    const own = createRandom(random.between(0, 1e9));
    return { random: own, alive, counts: this.person, serial, strike };
  }

  /** The people stop; that the app was gone is no news to them. */
  async #ended(cycle: number, busy: readonly Promise<void>[]): Promise<void> {
    for (const one of await Promise.allSettled(busy)) {
      if (one.status === 'rejected') this.#fail(cycle, one.reason);
    }
  }

  async #judge(cycle: number, killedAt: number): Promise<void> {
    const { userData, keys, standin } = this.#environment;
    const candidates = new Map(this.known.map((one) => [one, one.moments]));
    const records = { organizations: this.known, jobs: this.#jobs };
    const complaints = judgeKill(records, readDisk(userData), killedAt, this.#judgedWrites);
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

  /** How old the oldest text is that did not get to the disk. */
  #measureLoss(known: Known, before: Known['moments'], killedAt: number): void {
    const found = before.findIndex(({ sentAt }) => sentAt === known.moments[0]!.sentAt);
    const lost = before.slice(found + 1).find(({ ackAt }) => ackAt !== null);
    if (!lost || mustBeKept(lost, killedAt, known.stalls)) return;
    const stood = overlap(known.stalls, lost.ackAt!, killedAt);
    this.kills.oldestLost = Math.max(this.kills.oldestLost, killedAt - lost.ackAt! - stood);
  }

  /** Everything outside is well: nothing may be left waiting, and Cloudflare's copy must be explained. */
  async #settle(cycle: number, random: Random): Promise<void> {
    this.outside.rough = false;
    this.#environment.standin.settings.latency = 0;
    const { startWithWindow, userData } = this.#environment;
    const { appProcess, calls } = await startWithWindow();
    const life = { random, counts: this.person };
    await settleAll(life, calls, this.known, this.#jobs);
    const { at } = await appProcess.kill('all');
    this.kills.settled += 1;
    await this.#judge(cycle, at);
    this.#complain(cycle, judgeSettled(this.known, readDisk(userData)));
    this.outside.rough = true;
  }

  /** Something could not be done: with the histories of all organizations, to look for the fault. */
  #fail(cycle: number, error: unknown): void {
    if (error instanceof Gone) return;
    this.#complain(
      cycle,
      this.known.map((known) => ({ known, text: String(error) })),
    );
  }

  #complain(cycle: number, complaints: readonly Complaint[]): void {
    if (complaints.length === 0) return;
    throw new Error(violation(complaints, { seed: this.#settings.seed, cycle }));
  }
}

function expectInOrder({ code, signal }: { code: number | null; signal: string | null }): void {
  if (code !== 0) throw new Error(`Closed, the app ended with ${code ?? signal}`);
}

function halves<T>(all: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}
