/**
 * The kill loop: starts the app again and again, kills each run at a random moment, and lets the oracle judge the
 * result. Every few runs, the person makes all decisions and everything has to settle.
 */
import { filesWith } from '../../e2e/support/canary';
import { judgeBeforeRemoval, judgeKill, judgeSettled, type Complaint } from '../oracle';
import { actInWindow } from './at-window';
import { actByCalls, edit } from './by-calls';
import { Gone } from './debugger';
import { readDisk } from './disk';
import type { SaveRecord } from './save-record';
import { createManyDriver } from './many-by-calls';
import { createSaveDriver } from './saves-by-calls';
import { COUNTED, type AppRun, type PersonCounts } from './app-run';
import { createOutside, type Outside } from './outside';
import { createRandom, type Random } from './random';
import { closedNormally, forget, killedWithoutKey, mustBeKept, note, type Known } from './record';
import { complete, isIncomplete, type Removing } from './removing';
import { violation } from './report';
import { settleAll } from './settle';
import type { RunSettings } from './settings';
import { overlap } from './stalls';
import type { Started, Environment } from './environment';
import { now, pause, until, within } from './time';
import type { AppProcess } from './app-process';

/** Number of runs after which everything settles. */
const RUNS_PER_SETTLING = 25;
/** Shortest and longest duration of a run once the window is usable, in ms. */
const RUN_MS = [50, 2_500] as const;
/** Probability that a run ends by closing the window, and the longest delay until a kill follows, in ms. */
const CLOSING = 0.12;
const CLOSING_MS = 200;
/** Longest delay between a request for a kill and the kill, in ms. */
const KILL_SOON_MS = 25;
/** Longest time for a fixed act of the first run, with its repetitions, in ms. */
const FIXED_ACT_MS = 60_000;
/** Longest time in which the people stop what they do, in ms. */
const STOPPING_MS = 60_000;
/** Kills during startup happen within this time after the launch, in ms. */
const STARTING_MS = 900;

/** Counts and measurements of a run of the loop. */
export interface KillCounts {
  kills: number;
  whileStarting: number;
  onlyMain: number;
  /** Number of kills in the middle of a call about many organizations. */
  duringMany: number;
  /** Number of runs that ended by closing the window right after a keystroke, and of those without a kill. */
  closed: number;
  closedNormally: number;
  longestGone: number;
  /** Time from each launch to a usable window, in ms. */
  starts: number[];
  settled: number;
  /** Age of the oldest text that a kill destroyed, in ms, not counting time when the main process was stopped. */
  oldestLost: number;
  seconds: number;
}

/** The kill loop, with its environment and its counts. */
export class KillLoop {
  readonly kills: KillCounts = {
    kills: 0,
    whileStarting: 0,
    onlyMain: 0,
    duringMany: 0,
    closed: 0,
    closedNormally: 0,
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
  readonly #saves: SaveRecord[] = [];
  readonly #judgedWrites = new Map<string, number>();
  #judgedRequests = 0;
  #serial = 0;
  /** When the run began, and the mark of the database before it. */
  #began = 0;
  #mark: string | null = null;

  constructor(environment: Environment, settings: RunSettings) {
    this.#environment = environment;
    this.#settings = settings;
    this.known = [...environment.known.values()];
    const { standin, known } = environment;
    this.outside = createOutside(standin, known, createRandom(settings.seed, -1));
  }

  /** Runs until all kills are done. Throws at the first complaint, with the details. */
  async run(): Promise<void> {
    const began = now();
    const { kills, seed } = this.#settings;
    this.#mark = readDisk(this.#environment.userData).mark;
    await this.#runFixedActs();
    for (let cycle = 1; cycle <= kills; cycle += 1) {
      const random = createRandom(seed, cycle);
      await this.#runOnce(cycle, random);
      const last = cycle === kills;
      if (cycle % RUNS_PER_SETTLING === 0 || last) await this.#settle(cycle, random);
      this.kills.seconds = (now() - began) / 1_000;
      if (cycle % RUNS_PER_SETTLING === 0 && !last) {
        process.stdout.write(`${cycle} of ${kills} kills, ${Math.round(this.kills.seconds)} s\n`);
      }
    }
  }

  /**
   * A first run in which the second person does at least once what takes longer than many a run, with no one else and no
   * faults.
   */
  async #runFixedActs(): Promise<void> {
    const { standin, startWithWindow } = this.#environment;
    this.outside.rough = false;
    this.#began = now();
    const { appProcess, calls } = await startWithWindow();
    const random = createRandom(this.#settings.seed, 0);
    const appRun = this.#appRun(
      random,
      () => true,
      () => undefined,
    );
    // Those that share a record wait for each other.
    const own = this.known.filter(({ sharedWith }) => sharedWith.length === 0);
    const many = createManyDriver(this.#saves, own, this.#removing);
    const saves = createSaveDriver(this.#saves, own, []);
    /** Repeats what by chance may find nothing to do. */
    const untilCounted = (what: keyof PersonCounts, act: () => Promise<void>): Promise<true> => {
      const before = this.person[what];
      const isCounted = async (): Promise<boolean> => {
        await act();
        return this.person[what] > before;
      };
      return until(`one of: ${what}`, isCounted, FIXED_ACT_MS);
    };
    const save = (): Promise<true> =>
      untilCounted('saves submitted', async () => {
        await many.fill(appRun, calls);
        await many.submit(appRun, calls, (one) => edit(appRun, calls, one));
      });
    await untilCounted('fills started while another one ran', () => many.fill(appRun, calls));
    await untilCounted('unread entries filled once read', () => many.fillUnread(appRun, calls));
    await untilCounted('saves undone', async () => {
      await save();
      await until('the save to end', async () => {
        return (await calls.value('saves', 'list'))[0]?.state === 'ended';
      });
      await saves.undo(appRun, calls);
    });
    await within('the stand-in to go offline', standin.goOffline());
    await save();
    await untilCounted('saves canceled and kept', () => saves.cancel(appRun, calls, 'keep'));
    await save();
    await untilCounted('saves canceled and discarded', () =>
      saves.cancel(appRun, calls, 'discard'),
    );
    const { at } = await appProcess.kill('all');
    await within('the stand-in to go online', standin.goOnline());
    await this.#judge(0, at);
    this.outside.rough = true;
  }

  readonly #removing: Removing = {
    holdReads: ({ id }) => this.#environment.standin.hold({ method: 'GET', path: `${id}/profile` }),
    onRemoved: (known) => {
      judgeBeforeRemoval(known, this.#judgedWrites.get(known.id));
      this.#judgedWrites.set(known.id, known.writes.length);
      forget(known, this.#saves);
    },
  };

  async #runOnce(cycle: number, random: Random): Promise<void> {
    const { start, startWithWindow } = this.#environment;
    for (const known of this.known) note(known, `run ${cycle}`);
    this.#began = now();
    let alive = true;
    const isAlive = (): boolean => alive;
    const outside = this.outside.act(createRandom(random.between(0, 1e9)), isAlive);
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
      const { requested, killSoon } = this.#killWhenAsked(random.between(0, KILL_SOON_MS));
      people = this.#letWork(started, random, isAlive, killSoon);
      // If one of the people fails, the run ends immediately. `Gone` is no failure: see `#fail`.
      await Promise.race([pause(random.between(...RUN_MS)), requested, ...people]).catch(
        (error: unknown) => this.#fail(cycle, error),
      );
      if (random.chance(CLOSING)) closing = () => this.#close(started, random);
    }
    if (closing) {
      // The person finishes the current action and closes the window at the same moment.
      alive = false;
      await this.#ended(cycle, people);
      await closing();
    }
    const at = await this.#kill(process, random);
    alive = false;
    for (const known of this.known) note(known, 'killed');
    await this.#ended(cycle, [...people, outside]);
    this.kills.kills += 1;
    await this.#judge(cycle, at);
  }

  /** Creates a function that asks for a kill, and a promise that resolves `ms` later, when it is time. */
  #killWhenAsked(ms: number): { requested: Promise<void>; killSoon: () => void } {
    let killSoon = (): void => undefined;
    const requested = new Promise<void>((resolve) => (killSoon = resolve)).then(() => {
      this.kills.duringMany += 1;
      return pause(ms);
    });
    return { requested, killSoon };
  }

  /** Lets one person use half of the organizations at the window, and another use the rest through calls. */
  #letWork(
    { appProcess, window, calls }: Started,
    random: Random,
    alive: () => boolean,
    killSoon: () => void,
  ): Promise<void>[] {
    const all = random.shuffled(this.known);
    const atWindow = all.filter((one) => !isIncomplete(one)).slice(0, Math.ceil(all.length / 2));
    const byCalls = all.filter((one) => !atWindow.includes(one));
    const stall = (ms: number): Promise<void> => appProcess.stall(ms, this.#environment.stalls);
    const many = createManyDriver(this.#saves, byCalls, this.#removing);
    const saves = createSaveDriver(this.#saves, byCalls, atWindow);
    return [
      actInWindow(this.#appRun(random, alive, killSoon), { window, calls, stall }, atWindow),
      actByCalls(this.#appRun(random, alive, killSoon), calls, byCalls, many, saves),
    ];
  }

  /** Closes the window. If the app exits before it is killed, every keystroke must be on disk. */
  async #close({ appProcess, page }: Started, random: Random): Promise<void> {
    this.kills.closed += 1;
    for (const known of this.known) note(known, 'the window is closed');
    // Quitting closes the window first, like its button. The app exits before it answers.
    if (random.chance(0.5)) page.quit().catch(() => undefined);
    else appProcess.signal('SIGTERM');
    if (random.chance(0.5)) return pause(random.between(0, CLOSING_MS));
    expectNormalExit(await within('the closed app to exit', appProcess.ended));
    await appProcess.untilNothingLeft();
    for (const known of this.known) closedNormally(known);
    this.kills.closedNormally += 1;
  }

  /** Kills the app unless it has exited normally. Returns the time of its end. */
  async #kill(process: AppProcess, random: Random): Promise<number> {
    const all = random.chance(0.5);
    if (!process.isRunning) {
      await process.untilNothingLeft();
      return now();
    }
    const { at, goneAfter } = await process.kill(all ? 'all' : 'main');
    if (!all) this.kills.onlyMain += 1;
    this.kills.longestGone = Math.max(this.kills.longestGone, goneAfter);
    return at;
  }

  #appRun(random: Random, alive: () => boolean, killSoon: () => void): AppRun {
    const serial = (): number => (this.#serial += 1);
    const own = createRandom(random.between(0, 1e9));
    return { random: own, alive, counts: this.person, serial, killSoon };
  }

  /** Waits until the people have stopped. They may fail with `Gone`, because the app was killed. */
  async #ended(cycle: number, busy: readonly Promise<void>[]): Promise<void> {
    const settled = Promise.allSettled(busy);
    for (const one of await within('the people to stop', settled, STOPPING_MS)) {
      if (one.status === 'rejected') this.#fail(cycle, one.reason);
    }
  }

  async #judge(cycle: number, killedAt: number): Promise<void> {
    const { userData, keys, standin } = this.#environment;
    const candidates = new Map(this.known.map((one) => [one, one.moments]));
    const records = { organizations: this.known, saves: this.#saves };
    const disk = readDisk(userData);
    const complaints = judgeKill(records, disk, killedAt, this.#judgedWrites);
    if (disk.mark === this.#mark) {
      for (const known of this.known) killedWithoutKey(known, this.#began, killedAt);
    }
    this.#mark = disk.mark;
    for (const known of this.known) this.#judgedWrites.set(known.id, known.writes.length);
    for (const [known, moments] of candidates) this.#measureLoss(known, moments, killedAt);
    for (const key of keys) {
      const files = await filesWith(userData, key);
      for (const file of files) complaints.push({ known: null, text: `a key is in ${file}` });
    }
    for (const text of standin.violations) complaints.push({ known: null, text });
    for (const text of this.#wrongSignIns()) complaints.push({ known: null, text });
    this.outside.counts.refusedByLimit = standin.requests.filter(
      ({ status }) => status === 429,
    ).length;
    this.#complain(cycle, complaints);
  }

  /** Complaints about requests since the last kill that carried the wrong kind of sign-in, or went elsewhere. */
  #wrongSignIns(): string[] {
    const { requests, strayRequests } = this.#environment.standin;
    const added = requests.slice(this.#judgedRequests);
    this.#judgedRequests = requests.length;
    const wrong = added.filter(({ route, headers }) => {
      if (route.startsWith('/accounts')) return 'x-auth-key' in headers;
      return /^\/organizations\/\w+(\/profile)?$/.test(route) && 'authorization' in headers;
    });
    return [
      ...wrong.map(({ method, path }) => `${method} ${path} carried the other kind of sign-in`),
      ...strayRequests.map(({ method, path }) => `${method} ${path} left Cloudflare's address`),
    ];
  }

  /** Measures the age of the oldest text that did not reach the disk. */
  #measureLoss(known: Known, before: Known['moments'], killedAt: number): void {
    const found = before.findIndex(({ sentAt }) => sentAt === known.moments[0]!.sentAt);
    const lost = before.slice(found + 1).find(({ ackAt }) => ackAt !== null);
    if (!lost || mustBeKept(lost, killedAt, known.stalls)) return;
    const stopped = overlap(known.stalls, lost.ackAt!, killedAt);
    this.kills.oldestLost = Math.max(this.kills.oldestLost, killedAt - lost.ackAt! - stopped);
  }

  /** Runs the app without faults until nothing is pending, and lets the oracle judge Cloudflare's copies. */
  async #settle(cycle: number, random: Random): Promise<void> {
    this.outside.rough = false;
    this.#began = now();
    this.#environment.standin.settings.latency = 0;
    const { startWithWindow, userData } = this.#environment;
    const { appProcess, calls } = await startWithWindow();
    await complete({ alive: () => true }, calls, this.known);
    await settleAll({ random, counts: this.person }, calls, this.known, this.#saves);
    const { at } = await appProcess.kill('all');
    this.kills.settled += 1;
    await this.#judge(cycle, at);
    this.#complain(cycle, judgeSettled(this.known, readDisk(userData)));
    this.outside.rough = true;
  }

  /** Throws for a failed action, with all histories for debugging. Ignores `Gone`: the app was killed. */
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

function expectNormalExit({ code, signal }: { code: number | null; signal: string | null }): void {
  if (code !== 0) throw new Error(`After closing, the app exited with ${code ?? signal}`);
}
