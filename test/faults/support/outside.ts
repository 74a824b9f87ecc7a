/**
 * Everything outside the app: the stand-in (a fake Cloudflare API server) with faults of every kind, and someone
 * else who edits the same profiles. Records which texts Cloudflare had and which requests it received.
 */
import {
  FIELD_NAMES,
  mapFields,
  profileSchema,
  type FieldName,
  type Profile,
} from '../../../src/shared/profile';
import * as v from 'valibot';
import type { FaultMode, RecordedRequest, Standin } from '../../standin';
import type { Random } from './random';
import { note, noteRead, type Known } from './record';
import { now, pause } from './time';

/** Faults from which the app recovers without a decision of the person. */
const FAULTS: readonly FaultMode[] = [
  'put-reply-lost',
  'put-reply-lost',
  'put-applied-502',
  'put-reply-stalled',
  'reset',
  '502-branded-html',
  '502-nginx-html',
  '503-text',
  '504-text',
  '500-empty',
  '520-html',
  '200-html',
  '200-portal-html',
  'truncated-json',
  'cut-body',
  'stalled-headers',
  'stalled-body',
  'success-messages',
];

/** Probability that someone else writes over our write right after it, before the app can read it back. */
const RIGHT_AFTER_PROBABILITY = 0.05;

/** Probability that a request meets a fault. */
const FAULT_PROBABILITY = 0.15;

/** Longest latency of the stand-in, in ms. */
const LONGEST_LATENCY_MS = 150;

const PROFILE_PATH = /^\/(?:organizations|accounts)\/([0-9a-f]{32})\/profile$/;

/** Counts of what happened outside. */
export interface OutsideCounts {
  requests: number;
  refusedByLimit: number;
  faults: Map<string, number>;
  outages: number;
  elsewhere: number;
}

/** Everything outside the app. */
export interface Outside {
  readonly counts: OutsideCounts;
  /** Whether there are faults, outages and edits by someone else. */
  rough: boolean;
  /** Acts until `alive` returns false: sometimes breaks the connection, and edits as someone else. */
  act(random: Random, alive: () => boolean): Promise<void>;
}

/** Creates everything outside the app, around a stand-in. `known`: the records of all organizations by id. */
export function createOutside(
  standin: Standin,
  known: ReadonlyMap<string, Known>,
  random: Random,
): Outside {
  const counts: OutsideCounts = {
    requests: 0,
    refusedByLimit: 0,
    faults: new Map(),
    outages: 0,
    elsewhere: 0,
  };
  const before = new WeakMap<RecordedRequest, Profile>();
  let serial = 0;

  /** Adds a fault for exactly this request. */
  function addFault(request: RecordedRequest): void {
    const mode = random.pick(FAULTS);
    const remove = standin.faults.add({ mode });
    // The stand-in checks its faults before this runs.
    setImmediate(remove);
    if (request.method === 'PUT' || !mode.startsWith('put-')) {
      counts.faults.set(mode, (counts.faults.get(mode) ?? 0) + 1);
    }
  }

  const outside: Outside = {
    counts,
    rough: true,
    async act(chance, alive) {
      while (alive()) {
        // The longest latency leaves enough time for another save, or for a kill.
        standin.settings.latency = outside.rough ? chance.between(0, LONGEST_LATENCY_MS) : 0;
        await pause(chance.between(100, 1_500));
        if (!outside.rough || !alive()) continue;
        if (chance.chance(0.7)) editElsewhere(chance);
        else if (chance.chance(0.4)) await breakConnection(chance);
      }
    },
  };

  standin.beforeAnswer({}, (request) => {
    counts.requests += 1;
    const one = known.get(PROFILE_PATH.exec(request.route)?.[1] ?? '');
    // A read gets what is shown, which may be older than what a write replaces.
    const isWrite = request.method === 'PUT';
    const shown = (id: string) => (isWrite ? standin.profileOf(id) : standin.shownProfileOf(id));
    if (one) before.set(request, shown(one.id)!);
    if (outside.rough && random.chance(FAULT_PROBABILITY)) addFault(request);
  });
  standin.afterAnswer({}, (request) => {
    const one = known.get(PROFILE_PATH.exec(request.route)?.[1] ?? '');
    const was = before.get(request);
    if (!one || !was) return;
    const { fault } = request;
    if (request.method === 'PUT') return wrote(one, request, was);
    if (fault === null || fault === 'success-messages') {
      noteRead(one, was);
      note(one, `Cloudflare answered ${JSON.stringify(was)}`);
    } else note(one, `Cloudflare: a read met ${fault}`);
  });

  function wrote(one: Known, { body, fault }: RecordedRequest, was: Profile): void {
    const at = now();
    const fields = v.parse(profileSchema, JSON.parse(body));
    const is = standin.profileOf(one.id)!;
    const applied = FIELD_NAMES.every((field) => is[field] === fields[field]);
    one.writes.push({ at, before: was, fields, applied, fault });
    for (const field of FIELD_NAMES) {
      if (applied && was[field] !== is[field])
        one.remote.push({ at, field, text: is[field], by: 'app', via: one });
    }
    const changed = FIELD_NAMES.filter((field) => fields[field] !== was[field]);
    const texts = Object.fromEntries(changed.map((field) => [field, fields[field]]));
    note(one, `PUT ${JSON.stringify(texts)} ${applied ? 'applied' : 'not applied'} ${fault ?? ''}`);
    const isRightAfter = outside.rough && applied && random.chance(RIGHT_AFTER_PROBABILITY);
    if (isRightAfter && changed.length > 0) editElsewhere(random, one, changed);
  }

  function editElsewhere(
    chance: Random,
    one = chance.pick([...known.values()]),
    among: readonly FieldName[] = FIELD_NAMES,
  ): void {
    const fields = chance.shuffled(among).slice(0, chance.chance(0.7) ? 1 : 2);
    const at = now();
    serial += 1;
    const texts: Partial<Profile> = {};
    for (const field of fields) {
      texts[field] = `s${serial} ${field}`;
      one.remote.push({ at, field, text: texts[field], by: 'someone' });
    }
    standin.setProfile(one.id, texts);
    counts.elsewhere += 1;
    note(one, `someone else wrote ${JSON.stringify(texts)}`);
  }

  async function breakConnection(chance: Random): Promise<void> {
    counts.outages += 1;
    await standin.goOffline();
    await pause(chance.between(50, 900));
    await standin.goOnline();
  }

  return outside;
}

/** A profile of distinct plain texts. */
export function plainProfile(place: number): Profile {
  return mapFields((field) => `b${place} ${field}`);
}
