/**
 * A reseller's first hour: a simulated person at the window, and a stand-in (a fake Cloudflare API server) with
 * Cloudflare's limits and latency. The person adds 2,300 organizations. While the app reads their profiles, the person
 * searches, and starts a save that changes the phone number of one customer's 26 branches. During the save the person
 * saves another organization.
 */
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { createCalls } from '../../faults/support/calls';
import type { PageDebugger } from '../../faults/support/debugger';
import { now, pause, until } from '../../faults/support/time';
import { AppWindow } from '../../faults/support/window';
import { sampleOrganizations, type Standin } from '../../standin';
import { selfSigned } from '../../standin/self-signed';
import { Harness, delayAnswers } from '../harness';
import type { Part, Row } from '../part';
import { ENTRIES, Person } from '../person';
import { median } from '../statistics';
import { countWork, focusList, letter, press, SELECT_ALL, workOf } from '../window';
import { measureSave } from './save';

const ORGANIZATIONS = 2_300;
const BRANCHES = 26;
/**
 * The customer comes first in every order (ids, names, Cloudflare's list), so its branches are read first. The first
 * two letters also match its neighbor, the third only the branches.
 */
const CUSTOMER = 'Aalquell Apotheke';
const NEIGHBOR = 'Aargrund Logistik GmbH';
/** Delay until the person starts the save, in ms; by then the initial fetch has used its share of the limit. */
const AT_THE_SAVE_MS = 60_000;
/** Cloudflare's limit for one user. */
const LIMIT = 1_200;
const WINDOW_MS = 300_000;
/** Time limit until the branches are read, and until a save is done, in ms. */
const LIMIT_MS = 15 * 60_000;

/** The person's waiting times, in ms. */
interface Hour {
  /** From *Add selected* until the list has all. */
  added: number;
  /** From a key of the search until its results are painted. */
  search: number;
  /** From the end of the search until the profiles of the branches are read. */
  read: number;
  /** From *Save 26 changes* until the first of them is confirmed. */
  first: number;
  /** From *Save 26 changes* until the last of them is confirmed. */
  last: number;
  /** From *Save changes* of another organization, while the save runs, until it is confirmed. */
  single: number;
}

/** The progress of the initial fetch in the five minutes from the first request. */
interface Reading {
  profiles: number;
  /** All requests, including the person's. */
  requests: number;
}

/** In the page: records when the save is submitted, when its first change is confirmed, and when all are. */
const WATCH_SAVE = `{
  const save = (globalThis.save = { pressed: null, first: null, last: null });
  addEventListener('click', ({ target, timeStamp }) => {
    const label = target.closest?.('button')?.textContent.trim() ?? '';
    if (label === 'Save ${BRANCHES} changes') save.pressed = timeStamp;
  }, { capture: true });
  window.letterhead.on.savesChanged(([run]) => {
    if (run?.done > 0) save.first ??= performance.now();
    if (run?.state === 'ended') save.last ??= performance.now();
  });
}`;

/** Adds the organizations to the stand-in; returns the name of the one that is saved during the save. */
function fill(standin: Standin): string {
  const idOf = (index: number): string => index.toString(16).padStart(32, '0');
  const profile = sampleOrganizations(1)[0]!.profile!;
  for (let branch = 1; branch <= BRANCHES; branch += 1) {
    const name = `${CUSTOMER}, Filiale ${branch}`;
    standin.addOrganization({ id: idOf(branch), name, profile: { ...profile } });
  }
  standin.addOrganization({ id: idOf(BRANCHES + 1), name: NEIGHBOR, profile: { ...profile } });
  const others = sampleOrganizations(ORGANIZATIONS - BRANCHES - 1);
  for (const other of others) standin.addOrganization(other);
  return others[0]!.name;
}

/** Searches for the branches; returns the time from the third key until they are painted, in ms. */
async function findBranches(page: PageDebugger): Promise<number> {
  await page.evaluate(`document.querySelector('input[type=search]').focus()`);
  const [first, second, third] = CUSTOMER.toLowerCase();
  await press(page, letter(first!));
  await press(page, letter(second!));
  const both = `${ENTRIES} === '${BRANCHES + 1}'`;
  await until('the customer and its neighbor', () => page.evaluate<boolean>(both));
  return (await workOf(page, letter(third!), `${ENTRIES} === '${BRANCHES}'`)).wall;
}

/** Waits until the profiles of the branches are read; returns the time in ms. */
async function waitForProfiles(page: PageDebugger): Promise<number> {
  const began = now();
  const calls = createCalls(page);
  const request = { query: { ...WHOLE_LIST, search: CUSTOMER }, offset: 0, limit: BRANCHES };
  const areRead = async (): Promise<boolean> => {
    const { rows } = await calls.value('organizations', 'list', request);
    return rows.length === BRANCHES && rows.every(({ changedAt }) => changedAt !== null);
  };
  await until('the profiles of the branches', areRead, LIMIT_MS);
  return now() - began;
}

/** Changes the phone number of all branches; resolves when the save is submitted. */
async function submitSave(page: PageDebugger, person: Person): Promise<void> {
  await focusList(page);
  await press(page, SELECT_ALL);
  await person.press('button', 'Fill…');
  await person.press('checkbox', 'Business phone');
  await person.fill('textbox', 'New text for Business phone', '+49 30 23125 700');
  await person.press('button', `Make drafts in ${BRANCHES} organizations`);
  await person.press('button', `Save ${BRANCHES} changes`);
  await until('the save', () => page.evaluate<boolean>('globalThis.save.pressed !== null'));
}

/** Opens and saves another organization; returns the time until it is confirmed, in ms. */
async function saveOther(page: PageDebugger, person: Person, name: string): Promise<number> {
  const window = new AppWindow(page);
  await person.fill('searchbox', 'Search organizations', name);
  await window.open(name);
  return measureSave(page, window, '+44 20 7946 0999');
}

/** Waits until the first five minutes are over; returns what was requested in them. */
async function readingOf({ requests }: Standin): Promise<Reading> {
  const end = requests[0]!.at + WINDOW_MS;
  await pause(Math.max(0, end - now()));
  const made = requests.filter(({ at }) => at <= end);
  const read = made.filter(
    ({ method, route, status }) => method === 'GET' && route.endsWith('/profile') && status === 200,
  );
  return { profiles: new Set(read.map(({ route }) => route)).size, requests: made.length };
}

async function hourOf(page: PageDebugger, other: string): Promise<Hour> {
  const person = new Person(page);
  await countWork(page);
  await page.evaluate(WATCH_SAVE);
  await person.signIn();
  await person.tickAll(ORGANIZATIONS);
  await person.press('button', 'Add selected');
  const pressed = now();
  await person.seesEntries(ORGANIZATIONS);
  const added = now() - pressed;
  const search = await findBranches(page);
  const read = await waitForProfiles(page);
  await pause(Math.max(0, pressed + AT_THE_SAVE_MS - now()));
  await submitSave(page, person);
  const single = await saveOther(page, person, other);
  const save = await until(
    'the end of the save',
    () =>
      page.evaluate<Record<'pressed' | 'first' | 'last', number> | null>(
        'globalThis.save.last === null ? null : globalThis.save',
      ),
    LIMIT_MS,
  );
  return {
    added,
    search,
    read,
    first: save.first - save.pressed,
    last: save.last - save.pressed,
    single,
  };
}

/**
 * Runs one round, with a new stand-in, because a window of its rate limit lasts five minutes.
 * @param isWatched whether to wait until these five minutes are over, and return what was requested in them
 */
async function once(
  isWatched: boolean,
): Promise<{ hour: Hour; refused: number; reading: Reading | null }> {
  const options = {
    organizations: 0,
    limits: {},
    embedProfiles: false,
    tls: { ...(await selfSigned()), http2: true },
  };
  return Harness.during(options, async (harness) => {
    const { standin } = harness;
    const other = fill(standin);
    delayAnswers(standin);
    const app = harness.letterhead({ userData: await harness.folder(), debugged: true });
    await app.after('painted');
    const hour = await hourOf(await app.page(), other);
    const reading = isWatched ? await readingOf(standin) : null;
    const refused = standin.requests.filter(({ status }) => status === 429).length;
    return { hour, refused, reading };
  });
}

export const reseller: Part = {
  name: 'reseller',
  title: 'A reseller’s first hour',
  maxRuns: 3,
  async run({ runs, say }) {
    const hours: Hour[] = [];
    let refused = 0;
    let reading: Reading | null = null;
    for (let run = 0; run < runs; run += 1) {
      const done = await once(run === runs - 1);
      hours.push(done.hour);
      refused += done.refused;
      reading = done.reading;
      const { first, last, single } = done.hour;
      say(`first ${first.toFixed(0)}, last ${last.toFixed(0)}, single ${single.toFixed(0)} ms`);
    }
    const what = `Right after adding ${ORGANIZATIONS.toLocaleString('en')}`;
    const waited = (time: keyof Hour, label: string, max: number | null): Row => ({
      what: `${what}: ${label}`,
      ours: `longest ${Math.max(...hours.map((hour) => hour[time])).toFixed(0)} ms`,
      baseline: '',
      value: median(hours.map((hour) => hour[time])),
      unit: 'ms',
      target: max === null ? null : { max },
    });
    const { profiles, requests } = reading!;
    return [
      waited('added', 'until the list has them', null),
      waited('search', 'a key of a search, as a person waits', 100),
      waited('read', `until the profiles of one customer’s ${BRANCHES} branches are read`, null),
      waited('first', `a save over ${BRANCHES}, first change confirmed`, 2_000),
      waited('last', `a save over ${BRANCHES}, all confirmed`, 30_000),
      waited('single', 'one save beside the save, confirmed', null),
      {
        what: `${what}: requests refused (429), all runs`,
        ours: '',
        baseline: '',
        value: refused,
        unit: '',
        target: { max: 0 },
      },
      {
        what: `${what}: part of the limit used in the first five minutes`,
        ours: `${requests} requests, ${profiles} profiles read, ${(profiles / 5).toFixed(0)} a minute`,
        baseline: `${LIMIT} in 5 minutes`,
        value: (requests / LIMIT) * 100,
        unit: '%',
        target: null,
      },
    ];
  },
};
