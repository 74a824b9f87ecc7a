/**
 * Stories for the random driver of the window: what a person, the wire to main and other people do, one after
 * another. A story depends on its seed alone. A step that is not possible does nothing, so a failing story can be
 * shortened by leaving out steps.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import { createRandom, type Random } from '../../faults/support/random';

/** What happens to calls that reach main: they are handled, refused unhandled, or handled with their answer lost. */
export type Fault = 'none' | 'refuse' | 'lose';

/** One step of a story. */
export type Act =
  | { act: 'type'; field: FieldName; text: string }
  /** Types the text that lies under the edit. */
  | { act: 'type-back'; field: FieldName }
  | { act: 'undo-edit'; field: FieldName }
  | { act: 'save' }
  | { act: 'discard' }
  | { act: 'undo' }
  | { act: 'discard-change' }
  /** Leaves the page for *Settings*, or returns from there. */
  | { act: 'settings' }
  | { act: 'back' }
  | { act: 'open'; organization: 0 | 1 }
  /** The open page is published again, as at the end of a refresh. */
  | { act: 'publish' }
  /** The change that waits is sent and confirmed. */
  | { act: 'send'; organization: 0 | 1 }
  /** Someone else writes a field at Cloudflare, and the copy is read. */
  | { act: 'stranger'; organization: 0 | 1; field: FieldName; text: string }
  | { act: 'wire'; latency: number; fault: Fault };

/** A step, and the time until the next one, in ms. */
export type Step = Act & { wait: number };

/** Two fields are enough, because all behave alike. */
const FIELDS = FIELD_NAMES.slice(0, 2);
const LATENCIES = [0, 0, 5, 300, 900, 5_000];

function actOf(random: Random, index: number): Act {
  const field = random.pick(FIELDS);
  const organization = random.pick([0, 1] as const);
  const dice = random.between(1, 100);
  if (dice <= 26) return { act: 'type', field, text: `typed ${index}` };
  if (dice <= 29) return { act: 'type-back', field };
  if (dice <= 32) return { act: 'undo-edit', field };
  if (dice <= 46) return { act: 'save' };
  if (dice <= 53) return { act: 'discard' };
  if (dice <= 57) return { act: 'undo' };
  if (dice <= 59) return { act: 'discard-change' };
  if (dice <= 67) return { act: 'settings' };
  if (dice <= 75) return { act: 'back' };
  if (dice <= 80) return { act: 'open', organization };
  if (dice <= 85) return { act: 'publish' };
  if (dice <= 88) return { act: 'send', organization };
  if (dice <= 91) return { act: 'stranger', organization, field, text: `theirs ${index}` };
  const fault = random.pick(['none', 'none', 'refuse', 'refuse', 'lose'] as const);
  return { act: 'wire', latency: random.pick(LATENCIES), fault };
}

function waitOf(random: Random): number {
  if (random.chance(0.55)) return 0;
  return random.chance(0.7) ? random.between(1, 450) : random.between(450, 4_000);
}

/** What often follows a step: the page is left and opened again while its call is under way. */
function sequelOf(random: Random, { act }: Act): Act[] {
  const isHandOver = act === 'save' || act === 'discard';
  if (!isHandOver || random.chance(0.4)) return [];
  const next = random.pick(['save', 'discard', 'undo'] as const);
  return [{ act: 'settings' }, { act: 'back' }, { act: next }];
}

/** The story of a seed. It begins with an open page. */
export function storyOf(seed: number): Step[] {
  const random = createRandom(seed);
  const story: Step[] = [{ act: 'open', organization: 0, wait: 1 }];
  for (let left = random.between(6, 24); left > 0; left--) {
    const act = actOf(random, story.length);
    for (const each of [act, ...sequelOf(random, act)]) {
      story.push({ ...each, wait: waitOf(random) });
    }
  }
  return story;
}

/** A step in words. */
export function describeStep({ wait, ...act }: Step): string {
  const { act: name, ...details } = act;
  const text = Object.entries(details).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return `${[name, ...text].join(', ')}${wait > 0 ? `; ${wait} ms pass` : ''}`;
}

/**
 * The shortest story found that still fails: leaves steps and waits out, one after another, until none can be left
 * out.
 * @param fails runs a story and resolves to why it fails, or null
 */
export async function shorten(
  story: readonly Step[],
  fails: (story: readonly Step[]) => Promise<string | null>,
): Promise<readonly Step[]> {
  let shortest = story;
  for (let size = Math.ceil(story.length / 2); size > 0; size = size > 1 ? size >> 1 : 0) {
    for (let start = 0; start < shortest.length;) {
      const shorter = [...shortest.slice(0, start), ...shortest.slice(start + size)];
      if (await fails(shorter)) shortest = shorter;
      else start += size;
    }
  }
  for (let index = 0; index < shortest.length; index++) {
    const without = shortest.map((step, at) => (at === index ? { ...step, wait: 0 } : step));
    if (await fails(without)) shortest = without;
  }
  return shortest;
}
