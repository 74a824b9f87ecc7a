/** When the person is asked to confirm an email, and how little a hostile page can annoy them with it. */
import { expect, it } from 'vitest';
import { createConfirmation, type EmailQuestion } from '../../../src/main/sign-ins/confirm';
import { fails } from './real-harness';

const confirmed = { ok: true, value: null };
const later = fails('sign-in.confirm-later');
const refused = fails('sign-in.not-confirmed');
const MINUTE_MS = 60_000;

/** A confirmation with a clock, and a person who answers like `answer`. */
function withPerson(answer: (question: EmailQuestion) => Promise<boolean>) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const { confirm, used } = createConfirmation({
    elapsed: () => clock.ms,
    ask: (question) => {
      if (question.about !== 'email') throw new Error('not about an email');
      asked.push(question.email);
      return answer(question);
    },
  });
  const add = (email: string) => confirm({ about: 'email', email, replaces: null });
  return { clock, asked, confirm, used, add };
}

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

it('a confirmed email is not asked about again until it is used', async () => {
  const { asked, add, used } = withPerson(yes);
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(asked).toHaveLength(1);
  used();
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(asked).toHaveLength(2);
});

it('confirms exactly what was asked', async () => {
  const { asked, add, confirm } = withPerson(yes);
  await add('a@b.example');
  await confirm({ about: 'email', email: 'a@b.example', replaces: 'old@b.example' });
  await confirm({ about: 'email', email: 'a@b.example', replaces: 'other@b.example' });
  // Only the last answer counts.
  await add('a@b.example');
  expect(asked).toHaveLength(4);
});

it('a refused question takes back an earlier confirmation', async () => {
  const { clock, asked, add } = withPerson(({ email }) =>
    Promise.resolve(email === 'a@b.example' && asked.length === 1),
  );
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(await add('evil@b.example')).toEqual(refused);
  clock.ms += MINUTE_MS;
  expect(await add('a@b.example')).toEqual(refused);
});

it('asks one question at a time', async () => {
  let answerNow: (answer: boolean) => void = () => undefined;
  const { asked, add } = withPerson(() => new Promise((resolve) => (answerNow = resolve)));
  const first = add('a@b.example');
  expect(await add('evil@b.example')).toEqual(later);
  expect(await add('a@b.example')).toEqual(later);
  answerNow(true);
  expect(await first).toEqual(confirmed);
  expect(asked).toEqual(['a@b.example']);
});

it('pauses after each Cancel, four times as long as before, up to ten minutes', async () => {
  const { clock, asked, add } = withPerson(no);
  const askedAt: number[] = [];
  // A page that asks again and again for an hour.
  for (; clock.ms < 60 * MINUTE_MS; clock.ms += 1_000) {
    const before = asked.length;
    expect(await add(`evil-${clock.ms}@b.example`)).toEqual(
      asked.length > before ? refused : later,
    );
    if (asked.length > before) askedAt.push(clock.ms / 1_000);
  }
  expect(askedAt).toEqual([0, 1, 5, 21, 85, 341, 941, 1541, 2141, 2741, 3341]);
});

it('the pause is short again after a confirmation, and after ten quiet minutes', async () => {
  let answer = no;
  const { clock, add } = withPerson(() => answer());
  const cancel = async (): Promise<void> => {
    answer = no;
    expect(await add('a@b.example')).toEqual(refused);
  };
  await cancel();
  clock.ms += 1_000;
  await cancel();
  clock.ms += 4_000;
  answer = yes;
  expect(await add('b@b.example')).toEqual(confirmed);
  await cancel();
  clock.ms += 1_000;
  await cancel();
  clock.ms += 4_000 + 10 * MINUTE_MS + 1;
  await cancel();
  clock.ms += 1_000;
  await cancel();
});

it('can ask again after the question could not be shown', async () => {
  let isBroken = true;
  const { add } = withPerson(() => (isBroken ? Promise.reject(new Error('no window')) : yes()));
  await expect(add('a@b.example')).rejects.toThrow('no window');
  isBroken = false;
  expect(await add('a@b.example')).toEqual(confirmed);
});
